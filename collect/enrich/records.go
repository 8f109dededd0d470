package enrich

import (
	"maps"
	"slices"

	"calipso/graph"
)

// records is an attribute that lists objects. Older documents write some of
// them keyed by name instead (rule DM-11): then the objects come in the order
// of their keys, each with its key as "name" unless it has one.
func records(a graph.Attrs, key string) []graph.Attrs {
	m, ok := a[key].(map[string]any)
	if !ok {
		return a.Maps(key)
	}
	var out []graph.Attrs
	for _, k := range slices.Sorted(maps.Keys(m)) {
		e, ok := m[k].(map[string]any)
		if !ok {
			continue
		}
		r := graph.Attrs(e)
		if r.String("name") == "" {
			r = graph.Attrs(maps.Clone(e))
			r["name"] = k
		}
		out = append(out, r)
	}
	return out
}

// list turns records into the form that attributes have.
func list(of []graph.Attrs) []any {
	out := make([]any, len(of))
	for i, r := range of {
		out[i] = map[string]any(r)
	}
	return out
}

// texts turns strings into the form that attributes have.
func texts(of []string) []any {
	out := make([]any, len(of))
	for i, s := range of {
		out[i] = s
	}
	return out
}

// set writes an attribute; the empty text, an empty list and nil remove it, so
// that what an earlier scan derived does not outlive its reason.
func set(v *graph.Vertex, key string, value any) {
	empty := value == nil
	switch x := value.(type) {
	case string:
		empty = x == ""
	case []any:
		empty = len(x) == 0
	case map[string]any:
		empty = len(x) == 0
	}
	if empty {
		delete(v.Attrs, key)
		return
	}
	if v.Attrs == nil {
		v.Attrs = graph.Attrs{}
	}
	v.Attrs[key] = value
}

// networksAttr states which networks something belongs to: "network" if it is
// exactly one, else the list "networks"; none removes both.
func networksAttr(v *graph.Vertex, ids []string) {
	set(v, "network", nil)
	set(v, "networks", nil)
	if len(ids) == 1 {
		set(v, "network", ids[0])
		return
	}
	set(v, "networks", texts(ids))
}

// names collects the sorted, distinct texts of a set.
func names(s map[string]bool) []string {
	return slices.Sorted(maps.Keys(s))
}

// warn makes a finding about a missing counterpart.
func warn(at graph.ID, text string) Finding {
	return Finding{Level: Warn, Object: at, Text: text}
}
