package graph

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"strings"
	"time"
)

// Attrs are the attributes of a vertex, edge or document by their documented
// names. Values are nil, bool, int64, float64, string, time.Time, Secret
// (documents only), []any and map[string]any of these, and nothing else:
// Normalize brings other Go values into this form.
type Attrs map[string]any

// String is the text of an attribute, "" if it is absent or no text.
func (a Attrs) String(key string) string {
	s, _ := a[key].(string)
	return s
}

// Int is the whole number of an attribute, 0 if it is absent. Text that spells
// a number counts, since old documents write ports so (TD-22).
func (a Attrs) Int(key string) int64 {
	switch v := a[key].(type) {
	case int64:
		return v
	case float64:
		return int64(v)
	case string:
		var n int64
		if _, err := fmt.Sscanf(strings.TrimSpace(v), "%d", &n); err == nil {
			return n
		}
	}
	return 0
}

// Bool is the truth of an attribute, false if it is absent or no truth value.
func (a Attrs) Bool(key string) bool {
	b, _ := a[key].(bool)
	return b
}

// Time is a moment, which old documents hold as text of RFC 3339; zero if the
// attribute is absent or none.
func (a Attrs) Time(key string) time.Time {
	switch v := a[key].(type) {
	case time.Time:
		return v
	case string:
		if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return t
		}
	}
	return time.Time{}
}

// Strings is a list of texts; one text counts as a list of one.
func (a Attrs) Strings(key string) []string {
	switch v := a[key].(type) {
	case string:
		if v == "" {
			return nil
		}
		return []string{v}
	case []any:
		out := make([]string, 0, len(v))
		for _, e := range v {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// Map is a nested object, nil if absent.
func (a Attrs) Map(key string) Attrs {
	m, _ := a[key].(map[string]any)
	return m
}

// Maps is a list of nested objects; entries of other kinds are left out.
func (a Attrs) Maps(key string) []Attrs {
	list, _ := a[key].([]any)
	out := make([]Attrs, 0, len(list))
	for _, e := range list {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// Clone copies all levels.
func (a Attrs) Clone() Attrs {
	if a == nil {
		return nil
	}
	return cloneValue(map[string]any(a)).(map[string]any)
}

func cloneValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		c := maps.Clone(v)
		for k, e := range c {
			c[k] = cloneValue(e)
		}
		return c
	case []any:
		c := make([]any, len(v))
		for i, e := range v {
			c[i] = cloneValue(e)
		}
		return c
	}
	return v
}

// ParseJSON reads one JSON object; whole numbers become int64, others float64.
func ParseJSON(b []byte) (Attrs, error) {
	dec := json.NewDecoder(strings.NewReader(string(b)))
	dec.UseNumber()
	var m map[string]any
	if err := dec.Decode(&m); err != nil {
		return nil, fmt.Errorf("graph: JSON object: %w", err)
	}
	v, err := Normalize(m)
	if err != nil {
		return nil, err
	}
	return v.(map[string]any), nil
}

// Normalize brings a Go value into the form that Attrs hold: all integers
// int64, json.Number int64 or float64, times UTC, structs by way of their JSON,
// other maps and slices by their elements. The input is not changed.
//
// Errors: a value that has no such form (channel, function, map with other
// than text keys, unsigned number above int64, number that is not finite).
func Normalize(v any) (any, error) {
	switch v := v.(type) {
	case nil, bool, int64, string, Secret:
		return v, nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("graph: number %v is not finite", v)
		}
		return v, nil
	case int:
		return int64(v), nil
	case time.Time:
		return v.UTC(), nil
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n, nil
		}
		f, err := v.Float64()
		return f, err
	case Attrs:
		return normalizeMap(v)
	case map[string]any:
		return normalizeMap(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			n, err := Normalize(e)
			if err != nil {
				return nil, err
			}
			out[i] = n
		}
		return out, nil
	case []string:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = e
		}
		return out, nil
	}
	return normalizeReflect(reflect.ValueOf(v))
}

func normalizeMap(m map[string]any) (any, error) {
	out := make(map[string]any, len(m))
	for k, e := range m {
		n, err := Normalize(e)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k, err)
		}
		out[k] = n
	}
	return out, nil
}

func normalizeReflect(v reflect.Value) (any, error) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil, nil
		}
		return Normalize(v.Elem().Interface())
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.String:
		return v.String(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int(), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if v.Uint() > math.MaxInt64 {
			return nil, fmt.Errorf("graph: number %d does not fit 63 bits", v.Uint())
		}
		return int64(v.Uint()), nil
	case reflect.Float32:
		return Normalize(v.Float())
	case reflect.Slice, reflect.Array:
		out := make([]any, v.Len())
		for i := range out {
			n, err := Normalize(v.Index(i).Interface())
			if err != nil {
				return nil, err
			}
			out[i] = n
		}
		return out, nil
	case reflect.Map:
		if v.Type().Key().Kind() != reflect.String {
			return nil, fmt.Errorf("graph: map with %s keys has no attribute form", v.Type().Key())
		}
		out := make(map[string]any, v.Len())
		for it := v.MapRange(); it.Next(); {
			n, err := Normalize(it.Value().Interface())
			if err != nil {
				return nil, err
			}
			out[it.Key().String()] = n
		}
		return out, nil
	case reflect.Struct:
		b, err := json.Marshal(v.Interface())
		if err != nil {
			return nil, fmt.Errorf("graph: %s: %w", v.Type(), err)
		}
		dec := json.NewDecoder(strings.NewReader(string(b)))
		dec.UseNumber()
		var e any
		if err := dec.Decode(&e); err != nil {
			return nil, fmt.Errorf("graph: %s: %w", v.Type(), err)
		}
		return Normalize(e)
	}
	return nil, fmt.Errorf("graph: %s has no attribute form", v.Type())
}
