package importexport

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// DecodeJSON is Decode for a document of Extended JSON that was read as plain
// JSON with json.Number for numbers. It knows the wrappers that occur in
// Calipso's collections ($oid, $date, $numberInt, $numberLong, $numberDouble);
// ok is false for a document with another one, which needs the driver's reader.
// The map is used up.
func DecodeJSON(m map[string]any, at string, bytes int) (d Doc, ok bool) {
	v, ok := jsonObject(m)
	if !ok {
		return Doc{}, false
	}
	body, ok := v.(map[string]any)
	if !ok {
		return Doc{}, false
	}
	d = Doc{At: at, Bytes: bytes, Body: body}
	if id, has := body["_id"]; has {
		d.ID = idText(id)
		delete(body, "_id")
	}
	return d, true
}

func jsonValue(v any) (any, bool) {
	switch v := v.(type) {
	case map[string]any:
		return jsonObject(v)
	case []any:
		for i, e := range v {
			n, ok := jsonValue(e)
			if !ok {
				return nil, false
			}
			v[i] = n
		}
		return v, true
	case json.Number:
		return jsonNumber(v)
	}
	return v, true
}

// jsonNumber tells whole numbers from others by how they are written.
func jsonNumber(n json.Number) (any, bool) {
	if strings.ContainsAny(string(n), ".eE") {
		f, err := n.Float64()
		return f, err == nil
	}
	i, err := n.Int64()
	return i, err == nil
}

func jsonObject(m map[string]any) (any, bool) {
	if len(m) == 1 {
		for k, v := range m {
			if strings.HasPrefix(k, "$") {
				return unwrap(k, v)
			}
		}
	}
	var renamed []string
	for k, v := range m {
		if strings.HasPrefix(k, "$") {
			return nil, false // a wrapper of several members
		}
		n, ok := jsonValue(v)
		if !ok {
			return nil, false
		}
		m[k] = n
		if strings.Contains(k, "[do") {
			renamed = append(renamed, k)
		}
	}
	for _, k := range renamed {
		v := m[k]
		delete(m, k)
		m[decodeKey(k)] = v
	}
	return m, true
}

func unwrap(key string, v any) (any, bool) {
	if m, ok := v.(map[string]any); ok && key == "$date" && len(m) == 1 {
		ms, isText := m["$numberLong"].(string)
		n, err := strconv.ParseInt(ms, 10, 64)
		return time.UnixMilli(n).UTC(), isText && err == nil
	}
	if n, ok := v.(json.Number); ok && key == "$date" { // as MongoDB wrote it before version 4.2
		ms, err := n.Int64()
		return time.UnixMilli(ms).UTC(), err == nil
	}
	s, ok := v.(string)
	if !ok {
		return nil, false
	}
	switch key {
	case "$oid":
		return strings.ToLower(s), len(s) == 24 && strings.Trim(s, "0123456789abcdefABCDEF") == ""
	case "$date":
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t, err = time.Parse("2006-01-02T15:04:05.999Z0700", s) // an older form
		}
		return t.UTC().Truncate(time.Millisecond), err == nil
	case "$numberInt":
		n, err := strconv.ParseInt(s, 10, 32)
		return n, err == nil
	case "$numberLong":
		n, err := strconv.ParseInt(s, 10, 64)
		return n, err == nil
	case "$numberDouble":
		f, err := strconv.ParseFloat(s, 64)
		return f, err == nil && f-f == 0 // finite
	}
	return nil, false
}
