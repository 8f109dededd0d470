package graph

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// sameDecoded compares the decoder with the library on one body, which may be
// damaged.
func sameDecoded(t interface {
	Helper()
	Fatalf(string, ...any)
}, body []byte) {
	t.Helper()
	v, err := decodeVertex(body)
	want, wantErr := libraryVertex(body)
	if (err == nil) != (wantErr == nil) || spelled(v) != spelled(want) {
		t.Fatalf("vertex %x: %#v, %v; the library gives %#v, %v", body, v, err, want, wantErr)
	}
	e, err := decodeEdge(body)
	wantEdge, wantErr := libraryEdge(body)
	if (err == nil) != (wantErr == nil) || spelled(e) != spelled(wantEdge) {
		t.Fatalf("edge %x: %#v, %v; the library gives %#v, %v", body, e, err, wantEdge, wantErr)
	}
}

// spelled tells kinds and nil apart, and has one word for what is no number.
func spelled(v any) string { return fmt.Sprintf("%#v", v) }

// The decoder gives what the library gives, and knows by itself what the
// encoder writes.
func TestDecodeIsTheLibrarys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		attrs := Attrs{}
		for range rapid.IntRange(0, 12).Draw(t, "members") {
			attrs[rapid.String().Draw(t, "key")] = anyValue(t, 0)
		}
		v := &Vertex{ID: "v", Type: "host", Name: rapid.String().Draw(t, "name"), Host: "h", Part: "p", Attrs: attrs}
		b, err := encodeVertex(v)
		if err != nil {
			t.Fatal(err)
		}
		sameDecoded(t, b)
		if !read(b, func(d *decoder) bool { return d.vertex(new(Vertex), false) }) {
			t.Fatalf("%x is left to the library", b)
		}
		named, err := namedVertex(b)
		if v.Attrs = nil; err != nil || !reflect.DeepEqual(named, v) {
			t.Fatalf("without attributes: %#v, %v", named, err)
		}
		if b, err = encodeEdge(&Edge{EdgeKey: EdgeKey{"host-vnic", "a", "b"}, State: Up, Implicit: rapid.Bool().Draw(t, "implicit"), Attrs: attrs}); err != nil {
			t.Fatal(err)
		}
		sameDecoded(t, b)
		if !read(b, func(d *decoder) bool { return d.edge(new(Edge)) }) {
			t.Fatalf("%x is left to the library", b)
		}
	})
}

// Damaged bodies are judged as the library judges them.
func TestDecodeDamaged(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	attrs := Attrs{"a": []any{int64(1), "b", map[string]any{"c": nil, "d": 1.5}}, "e": true, "f": int64(-70000)}
	vertex, err := encodeVertex(&Vertex{ID: "x", Type: "host", Attrs: attrs})
	if err != nil {
		t.Fatal(err)
	}
	edge, err := encodeEdge(&Edge{EdgeKey: EdgeKey{"host-vnic", "a", "b"}, Attrs: attrs})
	if err != nil {
		t.Fatal(err)
	}
	for range 30_000 {
		for _, body := range [][]byte{vertex, edge} {
			b := bytes.Clone(body)
			for range 1 + r.IntN(3) {
				b[r.IntN(len(b))] = byte(r.Uint32())
			}
			sameDecoded(t, b[:len(b)-r.IntN(2)*r.IntN(len(b))])
		}
	}
}
