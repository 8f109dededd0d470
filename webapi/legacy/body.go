package legacy

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"

	"calipso/graph"
)

// readBody reads a body that must be a JSON object. Numbers are int64 or
// float64. The content type is not looked at.
func readBody(r *http.Request) (map[string]any, error) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(b)) == 0 {
		return nil, BadRequest("No data found in the request body")
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil || dec.More() {
		return nil, BadRequest("The request can not be fulfilled due to bad syntax")
	}
	if v, err = graph.Normalize(v); err != nil { // a number beyond all bounds
		return nil, BadRequest("The request can not be fulfilled due to bad syntax")
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, BadRequest("The data in the request body must be an object")
	}
	return m, nil
}
