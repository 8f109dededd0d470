package main

import (
	"fmt"
	"strings"
)

// filterHelp says how a filter is spelled.
const filterHelp = `A filter is FIELD=VALUE, FIELD!=VALUE, FIELD^=VALUE (begins with), FIELD~VALUE (contains),
FIELD>VALUE, FIELD<VALUE, "FIELD in A,B,C", FIELD (is there) or !FIELD (is not). A field is id, type, name,
object_name, host, parent_id or an attribute. All filters must be met.`

// filterSigns are the signs between field and value; the longer ones first,
// since they end in a shorter one.
var filterSigns = [...]struct{ sign, op string }{{"!=", "ne"}, {"^=", "prefix"}, {"=", "eq"}, {"~", "contains"}, {">", "gt"}, {"<", "lt"}}

// parseFilter reads one filter as the API takes it. The sign that comes first
// counts, so that a value may hold others.
func parseFilter(text string) (map[string]any, error) {
	if field, list, ok := strings.Cut(text, " in "); ok && !strings.ContainsAny(field, "=~<>") {
		values := []any{}
		for v := range strings.SplitSeq(list, ",") {
			values = append(values, strings.TrimSpace(v))
		}
		return map[string]any{"field": strings.TrimSpace(field), "op": "in", "value": values}, nil
	}
	first, found := len(text), -1
	for i, s := range filterSigns {
		if at := strings.Index(text, s.sign); at >= 0 && at < first {
			first, found = at, i
		}
	}
	if found >= 0 {
		s := filterSigns[found]
		if first == 0 || first+len(s.sign) == len(text) {
			return nil, fmt.Errorf("filter %q has no field or no value; %s", text, filterHelp)
		}
		return map[string]any{"field": text[:first], "op": s.op, "value": text[first+len(s.sign):]}, nil
	}
	field, missing := strings.CutPrefix(text, "!")
	if field == "" {
		return nil, fmt.Errorf("filter %q has no field; %s", text, filterHelp)
	}
	return map[string]any{"field": field, "op": "exists", "value": !missing}, nil
}
