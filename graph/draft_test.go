package graph

import (
	"errors"
	"fmt"
	"testing"
)

func TestDraftReadsInOrder(t *testing.T) {
	d := NewDraft()
	for _, v := range []*Vertex{{ID: "b", Type: VNIC}, {ID: "a", Type: VNIC}, {ID: "i", Type: Instance}} {
		d.Put(v)
	}
	d.PutEdge(&Edge{EdgeKey: EdgeKey{"instance-vnic", "i", "b"}})
	d.PutEdge(&Edge{EdgeKey: EdgeKey{"instance-vnic", "i", "a"}})

	var got []ID
	for v, err := range d.Vertices(t.Context(), VNIC, Instance) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, v.ID)
	}
	for e, err := range d.Edges(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.To)
	}
	if want := "[a b i a b]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}

	d.Delete("a")
	if v, e := d.Len(); v != 2 || e != 1 {
		t.Errorf("after the deletion of a vertex: %d vertices, %d edges; its edge goes too", v, e)
	}
	if _, err := d.Vertex(t.Context(), "a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestEdgeTypeEnds(t *testing.T) {
	if from, to, ok := EdgeType("host_pnic-network").Ends(); !ok || from != HostPNIC || to != Network {
		t.Error(from, to, ok)
	}
	for _, bad := range []EdgeType{"vnic", "a-b-c", "-b", "a-"} {
		if _, _, ok := bad.Ends(); ok {
			t.Errorf("%q splits", bad)
		}
	}
	if got := EdgeType("a-b").Reverse(); got != "b-a" {
		t.Error(got)
	}
}

func TestParseTime(t *testing.T) {
	for text, want := range map[string]string{
		"":                          "now",
		"now":                       "now",
		"2026-03-01":                "2026-03-01T00:00:00Z",
		"2026-03-01T13:00:00+01:00": "2026-03-01T12:00:00Z",
	} {
		got, err := ParseTime(text)
		if err != nil || got.String() != want {
			t.Errorf("ParseTime(%q) = %v, %v", text, got, err)
		}
	}
	if _, err := ParseTime("last week"); err == nil {
		t.Error("nonsense was taken for a time")
	}
}
