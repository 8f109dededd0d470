package legacy

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGrafanaTarget(t *testing.T) {
	for _, c := range []struct {
		target, name, filters, wrong string
	}{
		{`"regions"`, "regions", `null`, ""},
		{`" {\"metros\": {\"regions\": [\"a\"]}} "`, "metros", `{"regions":["a"]}`, ""},
		{`{"metros": {"regions": "a"}}`, "metros", `{"regions":"a"}`, ""},
		{`{"metros": null}`, "metros", `null`, ""},
		{`null`, "", "", "Missing search target"},
		{`""`, "", "", "Missing search target"},
		{`{}`, "", "", "Missing search target"},
		{`{"a": {}, "b": {}}`, "", "", "Multiple targets are not supported"},
		{`5`, "", "", "Target must either be a string or a valid JSON object"},
		{`"[1]"`, "", "", "Target must either be a string or a valid JSON object"},
		{`"{broken"`, "", "", "Target must either be a string or a valid JSON object"},
		{`{"a": "b"}`, "", "", "Target filters must be a valid JSON object"},
	} {
		var v any
		if err := json.Unmarshal([]byte(c.target), &v); err != nil {
			t.Fatal(err)
		}
		got, err := parseGrafanaTarget(v)
		switch {
		case c.wrong != "":
			if err == nil || err.Error() != "400 "+c.wrong {
				t.Errorf("%s: %v", c.target, err)
			}
		case err != nil:
			t.Errorf("%s: %v", c.target, err)
		case got.name != c.name || asJSON(t, got.filters) != c.filters:
			t.Errorf("%s: %+v", c.target, got)
		}
	}
}

func TestChosen(t *testing.T) {
	for _, c := range []struct {
		v    any
		want []string
	}{
		{"a", []string{"a"}}, {"{a,b}", []string{"a", "b"}}, {[]any{"a", 5.0, "b"}, []string{"a", "b"}},
		{"", nil}, {nil, nil}, {"all", nil}, {[]any{"a", "$__all"}, nil}, {[]any{""}, nil},
	} {
		if got := chosen(c.v); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v", c.v, got)
		}
	}
}

func TestTable(t *testing.T) {
	docs := []map[string]any{{
		"name": "n", "provider:mtu": int64(9), "OS": map[string]any{"name": "Debian", "a.b": 1},
		"ports": []any{map[string]any{"id": "p1"}, map[string]any{"no": 1}, map[string]any{"id": "p2"}}, "x.y": true,
	}}
	fields := []string{"name", "provider:mtu", "OS.name", "OS.a.b", "ports.id", "x.y", "absent", "absent.deeper", "ports.none"}
	got := asJSON(t, tableOf("inventory", fields, docs).document())
	want := `{"columns":[{"text":"name"},{"text":"provider:mtu"},{"text":"OS.name"},{"text":"OS.a.b"},{"text":"ports.id"},{"text":"x.y"},{"text":"absent"},{"text":"absent.deeper"},{"text":"ports.none"}],` +
		`"rows":[["n",9,"Debian",1,["p1","p2"],true,null,null,null]],"target":"inventory","type":"table"}`
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
