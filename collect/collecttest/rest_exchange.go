package collecttest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// exchange is one recorded request with its answer; an index.jsonl holds one in
// each line. The body is a file beside it, in which {{service}} stands for the
// base URL of a service.
type exchange struct {
	Service string `json:"service"` // identity, compute, network, placement, image
	Method  string `json:"method"`
	Path    string `json:"path"`  // below the service's base URL
	Query   string `json:"query"` // with its parameters sorted
	Version string `json:"microversion,omitempty"`
	Status  int    `json:"status"`
	Type    string `json:"content_type,omitempty"`
	Body    string `json:"body,omitempty"` // file name
}

// key is what a request is looked up by.
func (e exchange) key() string {
	return strings.Join([]string{e.Service, e.Method, e.Path, e.Query, e.Version}, " ")
}

// asked is the exchange that a request asks for. Its path starts with the
// service's name.
func asked(r *http.Request) exchange {
	service, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
	version := r.Header.Get("OpenStack-API-Version")
	if _, v, ok := strings.Cut(version, " "); ok {
		version = v
	}
	return exchange{Service: service, Method: r.Method, Path: "/" + rest, Query: sortQuery(r.URL.RawQuery), Version: version}
}

func sortQuery(raw string) string {
	v, err := url.ParseQuery(raw)
	if err != nil {
		return raw
	}
	return v.Encode()
}

func readExchanges(fsys fs.FS, dir string) (map[string]exchange, map[string][]byte, error) {
	index, err := fs.ReadFile(fsys, path.Join(dir, "index.jsonl"))
	if err != nil {
		return nil, nil, fmt.Errorf("collecttest: recorded REST answers: %w", err)
	}
	by, bodies := map[string]exchange{}, map[string][]byte{}
	for i, line := range bytes.Split(bytes.TrimSpace(index), []byte("\n")) {
		var e exchange
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, nil, fmt.Errorf("collecttest: %s/index.jsonl line %d: %w", dir, i+1, err)
		}
		if e.Body != "" {
			if bodies[e.Body], err = fs.ReadFile(fsys, path.Join(dir, e.Body)); err != nil {
				return nil, nil, fmt.Errorf("collecttest: recorded REST answers: %w", err)
			}
		}
		by[e.key()] = e
	}
	return by, bodies, nil
}

// services are the names that stand before paths and between {{ }}.
var services = []string{"identity", "compute", "network", "placement", "image"}
