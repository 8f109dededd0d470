package drawing_test

import (
	"runtime"
	"testing"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/importexport/drawing"
)

// sampler measures, each time that four times as much was written, how much more
// the heap holds than before.
type sampler struct {
	written, next int
	before, most  uint64
}

func (s *sampler) Write(b []byte) (int, error) {
	if s.written += len(b); s.written >= s.next {
		s.next = 4 * s.written
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

// A graph of a hundred times as many objects takes no more memory to write; the
// formats that share the way of the first are measured at twenty times as many.
func TestMemory(t *testing.T) {
	const small = 1000
	large := map[int][]drawing.Format{100_000: {drawing.GraphML}, 20_000: drawing.Formats()[1:]}
	if testing.Short() {
		large = map[int][]drawing.Format{10_000: drawing.Formats()}
	}
	least := growth(t, small, drawing.Formats())
	for objects, formats := range large {
		for f, grown := range growth(t, objects, formats) {
			const noise = 256 << 10 // what the collector has not found yet
			if grown > 3*least[f]+noise {
				t.Errorf("%s: the heap grows by %d bytes for %d objects and by %d for %d", f, least[f], small, grown, objects)
			}
		}
	}
}

// growth is by how much the heap grows while a cloud is written in some formats.
func growth(t *testing.T, objects int, formats []drawing.Format) map[drawing.Format]uint64 {
	t.Helper()
	s := open(t, nil)
	if _, err := s.Load(t.Context(), "cloud", graph.Cause{}, graphtest.Cloud(graphtest.CloudSize(objects))); err != nil {
		t.Fatal(err)
	}
	d := &drawing.Drawing{Parts: []drawing.Part{part(t, s, "cloud")}}
	grown := map[drawing.Format]uint64{}
	for _, f := range formats {
		w := &sampler{before: live()}
		if err := d.Write(t.Context(), w, f); err != nil {
			t.Fatal(err)
		}
		grown[f] = w.most
		t.Logf("%s of %d objects: %d KiB written, the heap grew by %d KiB", f, objects, w.written>>10, w.most>>10)
	}
	return grown
}
