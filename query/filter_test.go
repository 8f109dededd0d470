package query

import (
	"errors"
	"strings"
	"testing"
	"time"

	"calipso/graph"
)

func TestFilters(t *testing.T) {
	v := &graph.Vertex{ID: "v1", Type: "vnic", Name: "tap-1", Host: "node-1", Attrs: graph.Attrs{
		"mtu": int64(1450), "speed": 2.5, "up": true, "state": "ACTIVE", "vlan": "58", "since": time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		"ips": []any{"10.0.0.5", "10.0.1.7"}, "ports": []any{int64(80), int64(443)}, "empty": []any{}, "gone": nil,
		"config": map[string]any{"mtu": int64(9000), "a.b": "x"}, "dotted.name": "here",
	}}
	for _, c := range []struct {
		field, op string
		value     any
		want      bool
	}{
		{"id", "eq", "v1", true}, {"name", "prefix", "tap", true}, {"object_name", "eq", "tap-1", true}, {"host", "ne", "node-1", false},
		{"parent_id", "exists", nil, false}, {"parent_id", "exists", false, true}, {"type", "in", []any{"vedge", "vnic"}, true},
		{"mtu", "eq", 1450.0, true}, {"mtu", "eq", "1450", true}, {"mtu", "ne", "1450", false}, {"mtu", "gt", 1450.0, false}, {"mtu", "gt", "1449", true}, {"mtu", "lt", 1500, true},
		{"speed", "eq", 2.5, true}, {"speed", "lt", "3", true}, {"up", "eq", true, true}, {"up", "eq", "true", true}, {"up", "eq", false, false},
		{"state", "eq", "active", false}, {"state", "contains", "TIV", true}, {"vlan", "eq", 58.0, true}, {"vlan", "gt", 57.0, true}, {"vlan", "eq", "58.0", false},
		{"state", "gt", "AB", true}, {"state", "gt", 5.0, false},
		{"since", "gt", "2026-02-01T00:00:00Z", true}, {"since", "lt", "2026-02-01T00:00:00Z", false}, {"since", "eq", "2026-03-01T12:00:00Z", true},
		{"ips", "eq", "10.0.1.7", true}, {"ips", "ne", "10.0.1.7", false}, {"ips", "ne", "10.0.9.9", true}, {"ips", "prefix", "10.0.1.", true}, {"ips", "contains", ".0.5", true},
		{"ports", "gt", 100.0, true}, {"ports", "in", []any{22.0, "443"}, true}, {"empty", "eq", "x", false}, {"empty", "exists", nil, true},
		{"gone", "exists", true, false}, {"gone", "eq", "x", false}, {"gone", "ne", "x", true}, {"nothing", "lt", 5.0, false},
		{"config.mtu", "eq", 9000.0, true}, {"config.a.b", "eq", "x", true}, {"config.none", "exists", nil, false}, {"dotted.name", "eq", "here", true},
		{"config", "eq", "", false}, {"config", "exists", nil, true}, {"mtu.x", "exists", nil, false},
	} {
		m, err := compileFilters("q", []Filter{{c.field, c.op, c.value}})
		if err != nil || m.all(v) != c.want {
			t.Errorf("%s %s %v: %v, %v", c.field, c.op, c.value, !c.want, err)
		}
	}
	if m, err := compileFilters("q", []Filter{{"id", "eq", "v1"}, {"host", "eq", "other"}}); err != nil || m.all(v) {
		t.Error("one of two conditions is enough", err)
	}
}

func TestFiltersSayWhatIsWrong(t *testing.T) {
	ok := Filter{"id", "eq", "x"}
	for _, c := range []struct {
		filters       []Filter
		field, reason string
	}{
		{[]Filter{ok, {"", "eq", "x"}}, "filters[1].field", "is missing; give id"},
		{[]Filter{{"a", "like", "x"}}, "filters[0].op", `"like" is none of eq, ne, in`},
		{[]Filter{{"a", "eq", nil}}, "filters[0].value", "is missing; eq compares with"},
		{[]Filter{{"a", "in", "x"}}, "filters[0].value", "is a text; in wants a list"},
		{[]Filter{{"a", "in", []any{}}}, "filters[0].value", "is a list of 0"},
		{[]Filter{{"a", "in", []any{[]any{}}}}, "filters[0].value", "in wants a list of 1 to 1000 texts"},
		{[]Filter{{"a", "prefix", ""}}, "filters[0].value", "is an empty text"},
		{[]Filter{{"a", "contains", 5.0}}, "filters[0].value", "is a number; contains wants a text"},
		{[]Filter{{"a", "gt", true}}, "filters[0].value", "is a truth value"},
		{[]Filter{{"a", "exists", "x"}}, "filters[0].value", "exists wants true, false or none"},
		{[]Filter{{"a", "eq", map[string]any{}}}, "filters[0].value", "is an object"},
		{make([]Filter, MaxFilters+1), "filters", "has 21 conditions; give 20 at most"},
	} {
		_, err := compileFilters("q", c.filters)
		var bad *graph.InvalidError
		if !errors.As(err, &bad) || bad.Fields[0].Field != c.field || !strings.Contains(bad.Fields[0].Reason, c.reason) {
			t.Errorf("%v: %v", c.filters, err)
		}
	}
}
