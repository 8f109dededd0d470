package graph

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestEntries(t *testing.T) {
	want := []entry{
		{op: Added, what: entryVertex, typ: 3, num: 7}, {op: Changed, what: entryEdge, num: 1 << 30},
		{op: Removed, what: entryDoc, doc: DocKey{Messages, "m"}}, {op: Removed, what: entryVertex, typ: 255, num: 1},
	}
	b := []byte{formatVersion}
	var ends []int
	for _, e := range want {
		b = e.append(b)
		ends = append(ends, len(b))
	}
	got, err := decodeEntries(b)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	for n := range b {
		got, err := decodeEntries(b[:n])
		if whole := n == 1 || slices.Contains(ends, n); whole != (err == nil) {
			t.Errorf("first %d bytes: %v, %v", n, got, err)
		}
	}
}

// Bytes of chance are an ErrCorrupt, or by chance a value, and no panic.
func TestDamagedBytes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	seal, err := newSealer(NewKey())
	if err != nil {
		t.Fatal(err)
	}
	body, err := encodeVertex(&Vertex{ID: "x", Type: "host", Attrs: Attrs{"a": []any{int64(1), "b", map[string]any{"c": nil}}}})
	if err != nil {
		t.Fatal(err)
	}
	for range 20_000 {
		b := bytes.Clone(body)
		for range 1 + r.IntN(4) {
			b[r.IntN(len(b))] = byte(r.Uint32())
		}
		b = b[:r.IntN(len(b)+1)]
		version := append([]byte{formatVersion, byte(r.Uint32())}, b...)
		for what, err := range map[string]error{
			"vertex": second(decodeVertex(b)), "edge": second(decodeEdge(b)), "entries": second(decodeEntries(version)),
			"document": second(seal.decodeDoc(DocKey{}, b)), "commit": second(decodeCommit(version)), "key": second(edgeKeyOf(b)),
			"vertex version": second(decodeVertexVersion(version)), "edge version": second(decodeEdgeVersion(version)),
		} {
			if err != nil && !errors.Is(err, ErrCorrupt) {
				t.Fatalf("%s of %x: %v, want ErrCorrupt", what, b, err)
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestPacked(t *testing.T) {
	var b []byte
	want := map[uint32]packed{}
	r := rand.New(rand.NewPCG(2, 2))
	for range 2000 {
		p := packed{live: r.IntN(2) == 0, peer: r.Uint32(), edge: r.Uint32N(300), value: r.Uint32()}
		b = setPacked(b, p)
		want[p.edge] = p
	}
	if len(b) != len(want)*packedSize {
		t.Fatalf("%d bytes for %d entries", len(b), len(want))
	}
	last := -1
	for ; len(b) > 0; b = b[packedSize:] {
		p := decodePacked(b)
		if p != want[p.edge] || int(p.edge) <= last {
			t.Fatalf("entry %+v after %d, want %+v", p, last, want[p.edge])
		}
		last = int(p.edge)
	}
}

func TestSeal(t *testing.T) {
	a, err := newSealer(bytes.Repeat([]byte{1}, KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	b, err := newSealer(bytes.Repeat([]byte{2}, KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, s := range []*sealer{a, b} {
		for _, place := range []string{"", "x", "y"} {
			for _, text := range []string{"", "one", "two"} {
				sealed := s.seal(place, text)
				if !bytes.Equal(sealed, s.seal(place, text)) {
					t.Errorf("%q at %q is sealed differently each time", text, place)
				}
				what := fmt.Sprintf("%s of key %s at %s", text, s.id, place)
				if other, twice := seen[string(sealed[:12])]; twice {
					t.Errorf("%s has the nonce of %s", what, other)
				}
				seen[string(sealed[:12])] = what
				if got, err := s.open(place, sealed); err != nil || got != text {
					t.Errorf("%s opens as %q, %v", what, got, err)
				}
				for _, err := range []error{
					second(s.open(place+"z", sealed)), second(s.open(place, sealed[:len(sealed)-1])), second(s.open(place, nil)),
				} {
					if !errors.Is(err, ErrCorrupt) {
						t.Errorf("%s, damaged: %v, want ErrCorrupt", what, err)
					}
				}
			}
		}
	}
	if _, err := b.open("x", a.seal("x", "one")); !errors.Is(err, ErrCorrupt) {
		t.Errorf("another key: %v", err)
	}
}
