package importexport

import (
	"encoding/base64"
	"fmt"
	"math"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
)

// Decode turns a BSON document into a Doc: keys lose MongoDB's encoding
// ("[dot]", "[dollar]"), values take the form of graph.Attrs (document ids
// become their 24 hex digits).
func Decode(d bson.D, at string, bytes int) Doc {
	out := Doc{At: at, Bytes: bytes, Body: make(graph.Attrs, len(d))}
	for _, e := range d {
		v := decodeValue(e.Value)
		if e.Key == "_id" {
			out.ID = idText(v)
			continue
		}
		out.Body[decodeKey(e.Key)] = v
	}
	return out
}

// idText is the text of an _id, "" if there is none.
func idText(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

var (
	keyDecoder = strings.NewReplacer("[dot]", ".")
	keyEncoder = strings.NewReplacer(".", "[dot]")
)

func decodeKey(k string) string {
	if rest, ok := strings.CutPrefix(k, "[dollar]"); ok {
		k = "$" + rest
	}
	if !strings.Contains(k, "[dot]") {
		return k
	}
	return keyDecoder.Replace(k)
}

// encodeKey writes a key as the documented schema does: dots and a leading
// dollar sign are spelt out at every depth (rule DM-04).
func encodeKey(k string) string {
	if rest, ok := strings.CutPrefix(k, "$"); ok {
		k = "[dollar]" + rest
	}
	if !strings.Contains(k, ".") {
		return k
	}
	return keyEncoder.Replace(k)
}

func decodeValue(v any) any {
	switch v := v.(type) {
	case nil, string, bool, int64:
		return v
	case int32:
		return int64(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Sprint(v)
		}
		return v
	case bson.D:
		m := make(map[string]any, len(v))
		for _, e := range v {
			m[decodeKey(e.Key)] = decodeValue(e.Value)
		}
		return m
	case bson.A:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = decodeValue(e)
		}
		return list
	case bson.ObjectID:
		return v.Hex()
	case bson.DateTime:
		return v.Time().UTC()
	case bson.Binary:
		return base64.StdEncoding.EncodeToString(v.Data)
	case bson.Null, bson.Undefined:
		return nil
	case bson.Symbol:
		return string(v)
	}
	return fmt.Sprint(v)
}
