package legacy

import (
	"encoding/json"
	"slices"
	"strings"
)

// grafanaTarget is what a search of Grafana asks for: the name of a list, and
// what limits it.
type grafanaTarget struct {
	name    string
	filters map[string]any
}

// parseGrafanaTarget reads a target: a name, or an object with one key, also
// written as text.
//
// Errors: an *Error of 400.
func parseGrafanaTarget(v any) (grafanaTarget, error) {
	if text, ok := v.(string); ok {
		text = strings.TrimSpace(text)
		if text == "" {
			return grafanaTarget{}, BadRequest("Missing search target")
		}
		var inner any
		if json.Unmarshal([]byte(text), &inner) != nil {
			if strings.HasPrefix(text, "{") {
				return grafanaTarget{}, BadRequest("Target must either be a string or a valid JSON object")
			}
			return grafanaTarget{name: text}, nil
		}
		v = inner
	}
	object, ok := v.(map[string]any)
	switch {
	case v == nil:
		return grafanaTarget{}, BadRequest("Missing search target")
	case !ok:
		return grafanaTarget{}, BadRequest("Target must either be a string or a valid JSON object")
	case len(object) == 0:
		return grafanaTarget{}, BadRequest("Missing search target")
	case len(object) > 1:
		return grafanaTarget{}, BadRequest("Multiple targets are not supported")
	}
	t := grafanaTarget{}
	for name, filters := range object {
		t.name = name
		if filters == nil {
			break
		}
		if t.filters, ok = filters.(map[string]any); !ok {
			return t, BadRequest("Target filters must be a valid JSON object")
		}
	}
	return t, nil
}

// chosen are the values that a variable of a dashboard stands for; none: all.
// A variable with several is a list, or text such as {a,b}.
func chosen(v any) []string {
	var out []string
	switch v := v.(type) {
	case string:
		if list, ok := strings.CutPrefix(v, "{"); ok && strings.HasSuffix(list, "}") {
			out = strings.Split(strings.TrimSuffix(list, "}"), ",")
		} else {
			out = []string{v}
		}
	case []any:
		for _, e := range v {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
	}
	out = slices.DeleteFunc(out, func(s string) bool { return s == "" })
	if slices.Contains(out, "all") || slices.Contains(out, "$__all") {
		return nil
	}
	return out
}

// variable is what a variable of a dashboard holds: itself, or its member value.
func variable(vars map[string]any, name string) any {
	v := vars[name]
	if m, ok := v.(map[string]any); ok {
		return m["value"]
	}
	return v
}
