package hostcli

import "calipso/graph"

// set puts a value, unless it says nothing: "" and nil and empty lists and
// objects are left out.
func set(a graph.Attrs, key string, v any) {
	switch v := v.(type) {
	case nil:
		return
	case string:
		if v == "" {
			return
		}
	case []any:
		if len(v) == 0 {
			return
		}
	case map[string]any:
		if len(v) == 0 {
			return
		}
	}
	a[key] = v
}

// merge lays one set of attributes over another.
func merge(into, from graph.Attrs) {
	for k, v := range from {
		into[k] = v
	}
}

// texts is a list of texts as an attribute.
func texts(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
