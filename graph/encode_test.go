package graph

import (
	"bytes"
	"errors"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// anyValue draws a value in its stored form.
func anyValue(t *rapid.T, depth int) any {
	kinds := 7
	if depth > 3 {
		kinds = 5
	}
	switch rapid.IntRange(0, kinds).Draw(t, "kind") {
	case 0:
		return nil
	case 1:
		return rapid.Bool().Draw(t, "bool")
	case 2:
		return rapid.OneOf(rapid.Int64(), rapid.Int64Range(-300, 300), rapid.SampledFrom([]int64{math.MinInt64, math.MaxInt64, 65535, 65536, 1 << 32})).Draw(t, "int")
	case 3:
		f := rapid.OneOf(rapid.Float64(), rapid.Map(rapid.Float32(), func(f float32) float64 { return float64(f) }),
			rapid.Map(rapid.IntRange(-4096, 4096), func(n int) float64 { return float64(n) / 1024 }),
			rapid.Map(rapid.IntRange(0, 2048), func(n int) float64 { return float64(n) * math.Exp2(-24) }),
			rapid.SampledFrom([]float64{math.Copysign(0, -1), 65504, 65520, math.Exp2(-24), math.Exp2(-25), 3 * math.Exp2(-25), math.MaxFloat32, math.SmallestNonzeroFloat64})).Draw(t, "float")
		if math.IsInf(f, 0) || math.IsNaN(f) {
			return 0.0
		}
		return f
	case 4:
		return rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }), rapid.StringN(250, 300, -1)).Draw(t, "text")
	case 5:
		if rapid.IntRange(0, 9).Draw(t, "zero") == 0 {
			return time.Time{}
		}
		return time.Unix(rapid.Int64Range(-1e10, 1e10).Draw(t, "seconds"), rapid.SampledFrom([]int64{0, 1, 1000, 5e8, 999999999}).Draw(t, "nanoseconds")).UTC()
	case 6:
		list := []any{}
		for range rapid.IntRange(0, 30).Draw(t, "length") {
			list = append(list, anyValue(t, depth+2))
		}
		return list
	}
	m := map[string]any{}
	for range rapid.IntRange(0, 60).Draw(t, "members") {
		m[rapid.OneOf(rapid.StringMatching("[a-c]{0,3}"), rapid.String()).Draw(t, "key")] = anyValue(t, depth+2)
	}
	return m
}

// The encoder writes the library's bytes.
func TestEncodeIsTheLibrarys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := anyValue(t, 0)
		want, err := encodeBody.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var e encoder
		if err := e.value(v, 0); err != nil || !bytes.Equal(e.b, want) {
			t.Fatalf("%#v: %x, %v, want %x", v, e.b, err, want)
		}
	})
}

func TestEncodeBodies(t *testing.T) {
	deep := any("x")
	for range maxDepth + 2 {
		deep = []any{deep}
	}
	nilMap := map[string]any(nil)
	for _, c := range []struct {
		name string
		give Attrs
		want map[string]any // nil: an error
	}{
		{"none", Attrs{}, map[string]any(nil)},
		{"as stored", Attrs{"a": int64(1), "bb": "x"}, map[string]any{"a": int64(1), "bb": "x"}},
		{"other forms", Attrs{"a": 1, "b": []string{"x"}, "c": nilMap, "d": Attrs{"e": -7}, "f": []any(nil), "g": []string(nil)},
			map[string]any{"a": int64(1), "b": []any{"x"}, "c": map[string]any{}, "d": map[string]any{"e": int64(-7)}, "f": []any{}, "g": []any{}}},
		{"by reflection", Attrs{"a": uint8(1), "b": []int{2}, "c": 1}, map[string]any{"a": int64(1), "b": []any{int64(2)}, "c": int64(1)}},
		{"local time", Attrs{"t": time.Unix(1, 0).In(time.FixedZone("x", 3600))}, map[string]any{"t": time.Unix(1, 0).UTC()}},
		{"too deep", Attrs{"a": deep}, nil}, {"not a number", Attrs{"a": math.NaN()}, nil}, {"secret", Attrs{"a": NewSecret("x")}, nil}, {"function", Attrs{"a": func() {}}, nil},
	} {
		got, err := encodeVertex(&Vertex{ID: "v", Type: "host", Name: "n", Part: "p", Attrs: c.give})
		edge, edgeErr := encodeEdge(&Edge{EdgeKey: EdgeKey{"host-vnic", "a", "b"}, State: Up, Implicit: true, Attrs: c.give})
		if c.want == nil && c.name != "none" {
			if err == nil || edgeErr == nil || errors.Is(err, errForm) {
				t.Errorf("%s: %v, %v, want an error that says why", c.name, err, edgeErr)
			}
			continue
		}
		want, _ := encodeBody.Marshal(vertexBody{ID: "v", Type: "host", Name: "n", Part: "p", Attrs: c.want})
		wantEdge, _ := encodeBody.Marshal(edgeBody{Type: "host-vnic", From: "a", To: "b", State: Up, Implicit: true, Attrs: c.want})
		if err != nil || edgeErr != nil || !bytes.Equal(got, want) || !bytes.Equal(edge, wantEdge) {
			t.Errorf("%s: %x, %v, want %x; %x, %v, want %x", c.name, got, err, want, edge, edgeErr, wantEdge)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	v := &Vertex{ID: "instance-00000017", Type: "instance", Name: "web", Attrs: Attrs{"mac_address": "fa:16:3e:00:00:01", "n": int64(7)}}
	for i := range 12 {
		v.Attrs["attribute_"+string(rune('a'+i))] = "some words about it, and then some more"
	}
	for _, c := range []struct {
		name string
		do   func() error
	}{
		{"encoder=ours", func() error { return second(encodeVertex(v)) }},
		{"encoder=library", func() error {
			return second(encodeBody.Marshal(vertexBody{ID: v.ID, Type: v.Type, Name: v.Name, Attrs: v.Attrs}))
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if err := c.do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
