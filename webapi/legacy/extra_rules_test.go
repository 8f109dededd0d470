package legacy

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/query"
)

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestShape(t *testing.T) {
	s := &shape{}
	for _, doc := range []string{
		`{"id": "a", "mtu": 1, "ports": [{"n": 1}, {"n": "x", "m": true}], "note": null, "odd": {"k": 1}}`,
		`{"id": "b", "mtu": 1.5, "ports": [], "note": "n", "odd": "text"}`,
	} {
		v, err := graph.ParseJSON([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		s.see(map[string]any(v))
	}
	want := `{"properties":{"id":{"type":"string"},"mtu":{"type":"number"},"note":{"type":["null","string"]},` +
		`"odd":{"anyOf":[{"type":"string"},{"properties":{"k":{"type":"integer"}},"required":["k"],"type":"object"}]},` +
		`"ports":{"items":{"properties":{"m":{"type":"boolean"},"n":{"type":["integer","string"]}},"required":["n"],"type":"object"},"type":"array"}},` +
		`"required":["id","mtu","note","odd","ports"],"type":"object"}`
	if d := cmp.Diff(want, asJSON(t, s.schema())); d != "" {
		t.Error(d)
	}
}

func TestClock(t *testing.T) {
	summer := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	for zone, want := range map[string]string{
		"Europe/Berlin":      `{"tz_name":"CEST","utc_offset":{"hours":2,"minutes":0}}`,
		"Asia/Kolkata":       `{"tz_name":"IST","utc_offset":{"hours":5,"minutes":30}}`,
		"America/St_Johns":   `{"tz_name":"NDT","utc_offset":{"hours":-2,"minutes":-30}}`,
		"UTC":                `{"tz_name":"UTC","utc_offset":{"hours":0,"minutes":0}}`,
		"Nowhere/In/Between": `{"tz_name":"MEZ","utc_offset":{"hours":1,"minutes":0}}`,
		"":                   `{"tz_name":"MEZ","utc_offset":{"hours":1,"minutes":0}}`,
	} {
		if got := asJSON(t, clockIn(zone, summer.In(time.FixedZone("MEZ", 3600)))); got != want {
			t.Errorf("%s: %s", zone, got)
		}
	}
}

func objects(list ...*query.Object) func(func(*query.Object, error) bool) {
	return func(yield func(*query.Object, error) bool) {
		for _, o := range list {
			if !yield(o, nil) {
				return
			}
		}
	}
}

func TestTrees(t *testing.T) {
	list := objects(
		&query.Object{ID: "h", Type: graph.Host, Name: "node", Host: "h", ParentID: "r", Path: []query.Ref{{ID: "r", Name: "R"}, {ID: "h", Name: "node"}}},
		&query.Object{ID: "r", Type: graph.Region, Name: "R", ParentID: "lab", Path: []query.Ref{{ID: "r", Name: "R"}}},
		&query.Object{ID: "lost", Type: graph.VNIC, Name: "lost", ParentID: "gone", Path: []query.Ref{{ID: "lost", Name: "lost"}}},
	)
	const (
		h    = `"host":"h","id":"h","id_path":"/lab/r/h","name":"node","parent":"r","type":"host"`
		r    = `"host":null,"id":"r","id_path":"/lab/r","name":"R","parent":"env|lab","type":"region"`
		lost = `"host":null,"id":"lost","id_path":"/lab/lost","name":"lost","parent":"env|lab","type":"vnic"`
	)
	for _, c := range []struct {
		draw func(*forest) map[string]any
		want string
	}{
		{func(f *forest) map[string]any {
			return f.force(func(t graph.VertexType) bool { return t == graph.Host })
		},
			`{"links":[{"source":"env|lab","target":"env|lab"},{"source":"r","target":"h"},{"source":"env|lab","target":"r"},{"source":"env|lab","target":"lost"}],` +
				`"nodes":[{"id":"env|lab","name":"lab","parent":"env|lab"},{"clique":true,` + h + `},{` + r + `},{` + lost + `}]}`},
		{(*forest).children, `{"children":[{"children":[{` + h + `}],` + r + `},{` + lost + `}],"id":"env|lab","name":"lab"}`},
		{(*forest).vega, `{"tree":[{"id":"env|lab","name":"lab"},{` + h + `},{` + r + `},{` + lost + `}]}`},
	} {
		f, err := plant("lab", list)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, asJSON(t, c.draw(f))); d != "" {
			t.Error(d)
		}
	}
}
