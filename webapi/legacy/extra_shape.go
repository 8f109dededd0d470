package legacy

import (
	"maps"
	"slices"
	"time"
)

// shape is what a JSON schema can say of the values seen so far.
type shape struct {
	scalars map[string]bool // JSON type names, null among them
	objects int             // how many objects were seen
	fields  map[string]*shape
	held    map[string]int // in how many objects a field was
	arrays  bool
	items   *shape // nil: no array had entries
}

// see adds a value.
func (s *shape) see(v any) {
	switch v := v.(type) {
	case map[string]any:
		s.objects++
		if s.fields == nil {
			s.fields, s.held = map[string]*shape{}, map[string]int{}
		}
		for k, e := range v {
			if s.fields[k] == nil {
				s.fields[k] = &shape{}
			}
			s.fields[k].see(e)
			s.held[k]++
		}
	case []any:
		s.arrays = true
		for _, e := range v {
			if s.items == nil {
				s.items = &shape{}
			}
			s.items.see(e)
		}
	default:
		if s.scalars == nil {
			s.scalars = map[string]bool{}
		}
		s.scalars[scalarType(v)] = true
	}
}

func scalarType(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case int, int64:
		return "integer"
	case float64:
		return "number"
	case string, time.Time:
		return "string"
	}
	return "string" // ids and secrets are texts on the wire
}

// schema is the JSON schema of all values seen; fields that every object had are
// required.
func (s *shape) schema() map[string]any {
	var kinds []map[string]any
	if len(s.scalars) > 0 {
		names := slices.Sorted(maps.Keys(s.scalars))
		if s.scalars["number"] { // which integers are, too
			names = slices.DeleteFunc(names, func(n string) bool { return n == "integer" })
		}
		if len(names) == 1 {
			kinds = append(kinds, map[string]any{"type": names[0]})
		} else {
			kinds = append(kinds, map[string]any{"type": names})
		}
	}
	if s.arrays {
		k := map[string]any{"type": "array"}
		if s.items != nil {
			k["items"] = s.items.schema()
		}
		kinds = append(kinds, k)
	}
	if s.objects > 0 {
		properties, required := map[string]any{}, []string{}
		for _, name := range slices.Sorted(maps.Keys(s.fields)) {
			properties[name] = s.fields[name].schema()
			if s.held[name] == s.objects {
				required = append(required, name)
			}
		}
		k := map[string]any{"type": "object", "properties": properties}
		if len(required) > 0 {
			k["required"] = required
		}
		kinds = append(kinds, k)
	}
	switch len(kinds) {
	case 0:
		return map[string]any{}
	case 1:
		return kinds[0]
	}
	return map[string]any{"anyOf": kinds}
}
