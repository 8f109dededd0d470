package fields

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"calipso/graph"
)

// differ gathers changes.
type differ struct{ changes []Change }

func (d *differ) add(field string, old, new any) {
	d.changes = append(d.changes, Change{field, old, new})
}

// text compares a field in which empty means that there is none.
func (d *differ) text(field, old, new string) {
	if old != new {
		d.add(field, orNil(old), orNil(new))
	}
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// attrs compares the entries of two objects, by name.
func (d *differ) attrs(path string, old, new map[string]any) {
	var keys []string // of what differs; most does not
	for k, v := range old {
		if !Equal(v, new[k]) {
			keys = append(keys, k)
		}
	}
	for k, v := range new {
		if _, both := old[k]; !both && v != nil {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	for _, k := range keys {
		field := quoted(k)
		if path != "" {
			field = path + "." + field
		}
		d.value(field, old[k], new[k])
	}
}

// value compares what stands in one place.
func (d *differ) value(path string, old, new any) {
	if Equal(old, new) {
		return
	}
	if a, ok := object(old); ok {
		if b, ok := object(new); ok {
			d.attrs(path, a, b)
			return
		}
	}
	if a, ok := old.([]any); ok {
		if b, ok := new.([]any); ok && d.list(path, a, b) {
			return
		}
	}
	d.add(path, old, new)
}

// list compares two lists of objects, each element with the one of the same
// name; ok is false if the elements have no names.
func (d *differ) list(path string, old, new []any) (ok bool) {
	key := memberKey(old, new)
	if key == "" {
		return false
	}
	a, b := members(old, key), members(new, key)
	names := slices.Collect(maps.Keys(a))
	for n := range b {
		if _, both := a[n]; !both {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	for _, n := range names {
		d.value(path+"["+quoted(n)+"]", a[n], b[n])
	}
	return true
}

// quoted makes a key fit to stand in a path.
func quoted(key string) string {
	if key == "" || strings.ContainsAny(key, `.[]"`) {
		return strconv.Quote(key)
	}
	return key
}

func object(v any) (map[string]any, bool) {
	switch v := v.(type) {
	case map[string]any:
		return v, true
	case graph.Attrs:
		return v, true
	}
	return nil, false
}

// Equal tells whether two attribute values are the same. A whole number equals
// the fraction of the same value. Lists of objects that have names are the
// same in any order; order counts in all others.
func Equal(a, b any) bool {
	switch x := a.(type) {
	case time.Time:
		y, ok := b.(time.Time)
		return ok && x.Equal(y)
	case int64:
		if y, ok := b.(float64); ok {
			return float64(x) == y
		}
		return a == b
	case float64:
		if y, ok := b.(int64); ok {
			return x == float64(y)
		}
		return a == b
	case []any:
		y, ok := b.([]any)
		return ok && equalLists(x, y)
	}
	if x, ok := object(a); ok {
		y, ok := object(b)
		return ok && equalObjects(x, y)
	}
	if _, ok := object(b); ok {
		return false
	}
	if _, ok := b.([]any); ok {
		return false
	}
	return a == b
}

// equalObjects: an entry that is null is no entry.
func equalObjects(a, b map[string]any) bool {
	for k, v := range a {
		if !Equal(v, b[k]) {
			return false
		}
	}
	for k, v := range b {
		if _, both := a[k]; !both && v != nil {
			return false
		}
	}
	return true
}

func equalLists(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	if slices.EqualFunc(a, b, Equal) {
		return true
	}
	key := memberKey(a, b)
	if key == "" {
		return false
	}
	return maps.EqualFunc(members(a, key), members(b, key), Equal)
}
