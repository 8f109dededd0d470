package drawing_test

import (
	"io"
	"runtime"
	"testing"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/importexport/drawing"
)

// sampler measures, each time that what was written has doubled, how much more
// the heap holds than before.
type sampler struct {
	written, next int
	before, most  uint64
}

func (s *sampler) Write(b []byte) (int, error) {
	if s.written += len(b); s.written >= s.next {
		s.next = 2 * s.written
		if now := live(); now > s.before {
			s.most = max(s.most, now-s.before)
		}
	}
	return len(b), nil
}

func live() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A graph of a hundred times as many objects takes no more memory to write.
func TestMemory(t *testing.T) {
	small, large := 1000, 100_000
	if testing.Short() {
		large = 20_000
	}
	grown := map[drawing.Format][2]uint64{}
	for i, objects := range []int{small, large} {
		s := open(t, nil)
		if _, err := s.Load(t.Context(), "cloud", graph.Cause{}, graphtest.Cloud(graphtest.CloudSize(objects))); err != nil {
			t.Fatal(err)
		}
		d := &drawing.Drawing{Parts: []drawing.Part{part(t, s, "cloud")}}
		if err := d.Write(t.Context(), io.Discard, drawing.DOT); err != nil { // what the store keeps of what is asked, it keeps from now on
			t.Fatal(err)
		}
		for _, f := range drawing.Formats() {
			w := &sampler{before: live()}
			if err := d.Write(t.Context(), w, f); err != nil {
				t.Fatal(err)
			}
			g := grown[f]
			g[i] = w.most
			grown[f] = g
			t.Logf("%s of %d objects: %d KiB written, the heap grew by %d KiB", f, objects, w.written>>10, w.most>>10)
		}
	}
	const noise = 256 << 10 // what the collector has not found yet
	for f, g := range grown {
		if g[1] > 3*g[0]+noise {
			t.Errorf("%s: the heap grows by %d bytes for %d objects and by %d for %d", f, g[0], small, g[1], large)
		}
	}
}
