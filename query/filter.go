package query

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"calipso/graph"
)

// The limits of filters.
const (
	MaxFilters    = 20
	maxFilterList = 1000 // values of "in"
)

// Filter is a condition on one field of an object: id, type, name, object_name,
// host, parent_id or an attribute; a dot leads into a nested one
// ("config.mtu"), unless an attribute has that very name.
//
// Where the field holds a list, one member that meets the condition is enough,
// and for ne none may be equal. Texts are compared letter for letter. A number
// may be given as text. An object without the field meets no condition but ne,
// and exists if the value is false.
type Filter struct {
	Field string `json:"field"`
	// Op is one of eq, ne, in (value: a list), contains (text: a part of it;
	// list: a member), prefix, gt, lt (numbers, times, texts) and exists
	// (value: true, or none, or false).
	Op    string `json:"op"`
	Value any    `json:"value,omitempty"`
}

// FilterOps are the operations of a Filter.
func FilterOps() []string {
	return []string{"eq", "ne", "in", "contains", "prefix", "gt", "lt", "exists"}
}

// matcher is a Filter that was checked.
type matcher struct {
	field  string
	negate bool
	// present asks whether the field is there; else one of its values must
	// pass.
	present bool
	passes  func(v any) bool
}

type matchers []matcher

func (m matchers) all(v *graph.Vertex) bool {
	return !slices.ContainsFunc(m, func(f matcher) bool { return !f.match(v) })
}

// compileFilters checks filters. Errors: *graph.InvalidError naming the member
// of the one that is wrong.
func compileFilters(question string, filters []Filter) (matchers, error) {
	if len(filters) > MaxFilters {
		return nil, invalid(question, "filters", "has %d conditions; give %d at most", len(filters), MaxFilters)
	}
	var out matchers
	for i, f := range filters {
		wrong := func(member, reason string, args ...any) error {
			return invalid(question, fmt.Sprintf("filters[%d].%s", i, member), reason, args...)
		}
		m := matcher{field: f.Field}
		if f.Field == "" {
			return nil, wrong("field", "is missing; give id, type, name, object_name, host, parent_id or the name of an attribute")
		}
		switch f.Op {
		case "eq", "ne":
			if !scalar(f.Value) {
				return nil, wrong("value", "is %s; %s compares with a text, a number or a truth value", kindOf(f.Value), f.Op)
			}
			m.negate = f.Op == "ne"
			m.passes = func(v any) bool { return equal(v, f.Value) }
		case "in":
			list, ok := f.Value.([]any)
			if !ok || len(list) == 0 || len(list) > maxFilterList || slices.ContainsFunc(list, func(v any) bool { return !scalar(v) }) {
				return nil, wrong("value", "is %s; in wants a list of 1 to %d texts, numbers or truth values", kindOf(f.Value), maxFilterList)
			}
			m.passes = func(v any) bool { return slices.ContainsFunc(list, func(want any) bool { return equal(v, want) }) }
		case "contains", "prefix":
			text, ok := f.Value.(string)
			if !ok || text == "" {
				return nil, wrong("value", "is %s; %s wants a text", kindOf(f.Value), f.Op)
			}
			if m.passes = func(v any) bool { return strings.HasPrefix(textOf(v), text) }; f.Op == "contains" {
				m.passes = func(v any) bool { return strings.Contains(textOf(v), text) }
			}
		case "gt", "lt":
			if _, truth := f.Value.(bool); truth || !scalar(f.Value) {
				return nil, wrong("value", "is %s; %s wants a number, a time or a text", kindOf(f.Value), f.Op)
			}
			side := 1
			if f.Op == "lt" {
				side = -1
			}
			m.passes = func(v any) bool { order, ok := compare(v, f.Value); return ok && order == side }
		case "exists":
			want, ok := f.Value.(bool)
			if f.Value != nil && !ok {
				return nil, wrong("value", "is %s; exists wants true, false or none", kindOf(f.Value))
			}
			m.present, m.negate = true, ok && !want
		default:
			return nil, wrong("op", "%q is none of %s", f.Op, strings.Join(FilterOps(), ", "))
		}
		out = append(out, m)
	}
	return out, nil
}

func (m *matcher) match(v *graph.Vertex) bool {
	value, there := fieldOf(v, m.field)
	if m.present {
		return there != m.negate
	}
	if !there {
		return m.negate
	}
	found := false
	if list, ok := value.([]any); ok {
		found = slices.ContainsFunc(list, m.passes)
	} else {
		found = m.passes(value)
	}
	return found != m.negate
}

// fieldOf is the value of a field; one that is null, or an empty common field,
// is not there.
func fieldOf(v *graph.Vertex, field string) (any, bool) {
	common := func(s string) (any, bool) { return s, s != "" }
	switch field {
	case "id":
		return common(string(v.ID))
	case "type":
		return common(string(v.Type))
	case "name":
		return common(v.Text())
	case "object_name":
		return common(cmp.Or(v.ObjectName, v.Text()))
	case "host":
		return common(v.Host)
	case "parent_id":
		return common(string(v.Parent))
	}
	m := v.Attrs
	for rest := field; ; {
		if x, ok := m[rest]; ok {
			return x, x != nil
		}
		first, tail, dot := strings.Cut(rest, ".")
		if !dot || m.Map(first) == nil {
			return nil, false
		}
		m, rest = m.Map(first), tail
	}
}

func scalar(v any) bool {
	switch v.(type) {
	case string, bool, float64, int64, int:
		return true
	}
	return false
}

func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "missing"
	case string:
		if v == "" {
			return "an empty text"
		}
		return "a text"
	case bool:
		return "a truth value"
	case []any:
		return fmt.Sprintf("a list of %d", len(v))
	case map[string]any:
		return "an object"
	}
	return "a number"
}

// textOf is a value as text; nothing for lists and objects.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	}
	if f, ok := numberOf(v); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return ""
}

// numberOf is a number, or a text that spells one.
func numberOf(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case int:
		return float64(v), true
	case float64:
		return v, true
	case string:
		f, err := strconv.ParseFloat(v, 64)
		return f, err == nil
	}
	return 0, false
}

func equal(have, want any) bool {
	_, haveText := have.(string)
	_, wantText := want.(string)
	if !haveText || !wantText { // two texts that spell one number are two texts
		a, ok := numberOf(have)
		b, ok2 := numberOf(want)
		if ok && ok2 {
			return a == b
		}
	}
	return scalarOrTime(have) && textOf(have) == textOf(want)
}

func scalarOrTime(v any) bool {
	_, t := v.(time.Time)
	return t || scalar(v)
}

// compare orders two values: as numbers, as times, else as texts; ok is false
// if that makes no sense.
func compare(have, want any) (order int, ok bool) {
	a, isNumber := numberOf(have)
	if b, also := numberOf(want); isNumber && also {
		return cmp.Compare(a, b), true
	}
	if t := moment(have); t != nil {
		if u := moment(want); u != nil {
			return t.Compare(*u), true
		}
	}
	h, isText := have.(string)
	if w, also := want.(string); isText && also {
		return cmp.Compare(h, w), true
	}
	return 0, false
}
