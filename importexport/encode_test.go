package importexport

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	"pgregory.net/rapid"

	"calipso/graph"
)

// TestDocumentsSurviveTheWire: what is encoded, written as Extended JSON in
// either form and read back is what it was.
func TestDocumentsSurviveTheWire(t *testing.T) {
	key := rapid.SampledFrom([]string{"a", "a.b", "$set", "x.$y", "provider:segmentation_id", "", "ü"})
	scalar := rapid.OneOf(
		rapid.String().AsAny(), rapid.Int64().AsAny(), rapid.Bool().AsAny(), rapid.Just[any](nil),
		rapid.Float64Range(-1e12, 1e12).AsAny(),
		rapid.Map(rapid.Int64Range(-1e12, 4e12), func(ms int64) any { return time.UnixMilli(ms).UTC() }),
	)
	inner := rapid.OneOf(scalar, rapid.Map(rapid.SliceOfN(scalar, 0, 3), func(l []any) any { return l }))
	value := rapid.OneOf(inner, rapid.Map(rapid.MapOfN(key, inner, 0, 3), func(m map[string]any) any { return m }))
	rapid.Check(t, func(t *rapid.T) {
		m := rapid.MapOfN(key, value, 0, 4).Draw(t, "document")
		d, err := Encode(m)
		if err != nil {
			t.Fatal(err)
		}
		for _, canonical := range []bool{false, true} {
			line, err := bson.MarshalExtJSON(d, canonical, false)
			if err != nil {
				t.Fatal(err)
			}
			var back bson.D
			if err := bson.UnmarshalExtJSON(line, false, &back); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			if diff := cmp.Diff(graph.Attrs(m), Decode(back, "", 0).Body); diff != "" {
				t.Fatalf("canonical %v: %s\n%s", canonical, line, diff)
			}
			dec := json.NewDecoder(bytes.NewReader(line))
			dec.UseNumber()
			var plain map[string]any
			if err := dec.Decode(&plain); err != nil {
				t.Fatal(err)
			}
			if doc, ok := DecodeJSON(plain, "", 0); !ok {
				t.Fatalf("not plain: %s", line)
			} else if diff := cmp.Diff(graph.Attrs(m), doc.Body); diff != "" {
				t.Fatalf("canonical %v, plain reader: %s\n%s", canonical, line, diff)
			}
		}
	})
}

func TestDecodeJSONLeavesTheRestToTheDriver(t *testing.T) {
	for _, text := range []string{
		`{"a":{"$binary":{"base64":"","subType":"00"}}}`, `{"a":{"$numberDouble":"NaN"}}`, `{"a":{"$oid":"zz"}}`, `{"a":{"$date":5.5}}`,
		`{"$x":1,"b":2}`, `{"a":{"$numberInt":"3000000000"}}`, `{"a":99999999999999999999}`, `{"a":{"$minKey":1}}`, `{"$oid":"5f3c10a2b7e4d1c6a0915e04"}`,
	} {
		dec := json.NewDecoder(strings.NewReader(text))
		dec.UseNumber()
		var m map[string]any
		if err := dec.Decode(&m); err != nil {
			t.Fatal(err)
		}
		if d, ok := DecodeJSON(m, "", 0); ok {
			t.Errorf("%s became %v", text, d.Body)
		}
	}
}

func TestEncode(t *testing.T) {
	d, err := Encode(map[string]any{
		"z": int64(1), "_id": "5f3c10a2b7e4d1c6a0915e01", "ref_id": "5f3c10a2b7e4d1c6a0915e02", "instance_db_id": "5f3c10a2b7e4d1c6a0915e03",
		"pwd": graph.NewSecret("x"), "eth1.100": map[string]any{"$a": []any{graph.OID("5f3c10a2b7e4d1c6a0915e04")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	line, err := bson.MarshalExtJSON(d, false, false)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"_id":{"$oid":"5f3c10a2b7e4d1c6a0915e01"},"eth1[dot]100":{"[dollar]a":[{"$oid":"5f3c10a2b7e4d1c6a0915e04"}]},` +
		`"instance_db_id":"5f3c10a2b7e4d1c6a0915e03","pwd":"<secret>","ref_id":{"$oid":"5f3c10a2b7e4d1c6a0915e02"},"z":1}`
	if string(line) != want {
		t.Errorf("%s\nwant %s", line, want)
	}
	if _, err := Encode(map[string]any{"a": map[string]any{"b": make(chan int)}}); err == nil || err.Error() != "a: b: importexport: a chan int has no documented form" {
		t.Errorf("error: %v", err)
	}
}

func TestCollectionName(t *testing.T) {
	for _, tc := range [][3]string{
		{"", "links", "links"}, {"inventory", "links", "links"}, {"RDO", "inventory", "RDO"}, {"RDO", "links", "RDO_links"},
		{"inventory_test", "links", "links_test"}, {"inventory2", "clique_types", "clique_types2"}, {"RDO", "constants", "constants"},
		{"RDO", "environments_config", "environments_config"},
	} {
		if got := CollectionName(tc[0], tc[1]); got != tc[2] {
			t.Errorf("CollectionName(%q, %q) = %q, want %q", tc[0], tc[1], got, tc[2])
		}
	}
}

func TestCurrentID(t *testing.T) {
	for _, tc := range []struct {
		typ            graph.VertexType
		id, host, want string
	}{
		{graph.Region, "R", "", "region|R"}, {graph.Region, "region|R", "", "region|R"},
		{graph.AvailabilityZone, "nova", "", "zone|nova"},
		{graph.Aggregate, "12", "", "aggregate-12"}, {graph.Aggregate, "pod-aggregate-x", "", "pod-aggregate-x"},
		{graph.HostPNIC, "eth0-aa", "h", "h-eth0-aa"}, {graph.HostPNIC, "h-pnic-Gigabit0", "h", "h-pnic-Gigabit0"}, {graph.HostPNIC, "eth0-aa", "", "eth0-aa"},
		{graph.Instance, "uuid", "h", "uuid"},
	} {
		if got := currentID(tc.typ, tc.id, tc.host); string(got) != tc.want {
			t.Errorf("%s %q on %q: %q, want %q", tc.typ, tc.id, tc.host, got, tc.want)
		}
	}
}

func TestFreshness(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 3, 1, h, 0, 0, 0, time.UTC) }
	f := freshness{
		"*": {"state": "ok", "ok_time": at(10)}, "failed": {"state": "failed", "ok_time": at(8)},
		"older": {"state": "ok", "ok_time": at(9)}, "newer": {"state": "ok", "ok_time": at(11)}, "never": {"state": "failed"},
	}
	for part, want := range map[string]struct {
		at    time.Time
		stale bool
	}{
		"failed": {at(8), true}, "older": {at(10), false}, "newer": {at(11), false}, "unknown": {at(10), false}, "": {at(10), false}, "never": {time.Time{}, true},
	} {
		if got, stale := f.of(part); !got.Equal(want.at) || stale != want.stale {
			t.Errorf("%q: %v stale %v, want %v", part, got, stale, want)
		}
	}
}
