package graph

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestNormalize(t *testing.T) {
	type kind string
	type row struct {
		Port int    `json:"port"`
		Name string `json:"name,omitempty"`
	}
	at := time.Date(2026, 3, 1, 13, 0, 0, 0, time.FixedZone("CET", 3600))
	for _, tc := range []struct {
		name     string
		in, want any
	}{
		{"integers of all sizes", []int32{1, -2}, []any{int64(1), int64(-2)}},
		{"JSON numbers", []any{json.Number("7"), json.Number("7.5")}, []any{int64(7), 7.5}},
		{"named text", kind("vnic"), "vnic"},
		{"typed map", map[kind][]string{"a": {"b"}}, map[string]any{"a": []any{"b"}}},
		{"struct by its JSON names", row{Port: 5000}, map[string]any{"port": int64(5000)}},
		{"nil pointer", (*row)(nil), nil},
		{"time in UTC", at, at.UTC()},
		{"secret stays", NewSecret("x"), NewSecret("x")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := Normalize(tc.in)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tc.want, got, cmp.AllowUnexported(Secret{})); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
	for _, bad := range []any{make(chan int), math.NaN(), map[int]string{1: "a"}, uint64(math.MaxUint64), map[string]any{"f": func() {}}} {
		if got, err := Normalize(bad); err == nil {
			t.Errorf("Normalize(%T) = %v, want an error", bad, got)
		}
	}
}

func TestAttrsReadsOldSpellings(t *testing.T) {
	a := Attrs{"port": "5000", "float": 3307.0, "one": "x", "many": []any{"x", int64(1), "y"}}
	if got := a.Int("port"); got != 5000 {
		t.Errorf("text port = %d", got)
	}
	if got := a.Int("float"); got != 3307 {
		t.Errorf("float port = %d", got)
	}
	if d := cmp.Diff([]string{"x"}, a.Strings("one")); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"x", "y"}, a.Strings("many")); d != "" {
		t.Error(d)
	}
}

func TestCloneSharesNothing(t *testing.T) {
	a := Attrs{"list": []any{map[string]any{"k": "v"}}}
	a.Clone().Maps("list")[0]["k"] = "changed"
	if got := a.Maps("list")[0].String("k"); got != "v" {
		t.Errorf("the original now says %q", got)
	}
}
