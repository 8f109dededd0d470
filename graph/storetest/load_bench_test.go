//go:build unix

package storetest_test

import (
	"fmt"
	"iter"
	"syscall"
	"testing"
	"time"

	engine "github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/pb"
	"github.com/dgraph-io/ristretto/v2/z"

	"calipso/graph"
	"calipso/graph/kv"
	"calipso/graph/kv/badger"
	"calipso/graph/kv/kvtest"
	"calipso/graph/kv/memory"
)

// cost is what something took.
type cost struct{ wall, cpu time.Duration }

func (c *cost) add(d cost) { c.wall, c.cpu = c.wall+d.wall, c.cpu+d.cpu }

func measure(b *testing.B, do func() error) cost {
	b.Helper()
	cpu := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	begun, before := time.Now(), cpu()
	if err := do(); err != nil {
		b.Fatal(err)
	}
	return cost{time.Since(begun), cpu() - before}
}

// report says which share of the bare engine's speed was reached.
func report(b *testing.B, raw, ours cost, records int) {
	b.Helper()
	b.ReportMetric(100*float64(raw.cpu)/float64(ours.cpu), "%cpu")
	b.ReportMetric(100*float64(raw.wall)/float64(ours.wall), "%wall")
	b.ReportMetric(raw.cpu.Seconds()/float64(b.N), "raw-cpu-s")
	b.ReportMetric(ours.cpu.Seconds()/float64(b.N), "cpu-s")
	b.ReportMetric(float64(records)*float64(b.N)/ours.wall.Seconds(), "records/s")
}

// cheap streams what objects does, with attributes that some objects share and
// names made before, so that making it costs next to nothing and holding it
// gives the collector no work.
func cheap(n int) iter.Seq2[*graph.Record, error] {
	const shared = 5000
	types := []graph.VertexType{"instance", "vnic", "vconnector", "vedge", "otep", "host_pnic", "network"}
	ids := make([]graph.ID, n)
	for i := range ids {
		ids[i] = graph.ID(fmt.Sprintf("object-%08d-of-the-benchmark", i))
	}
	pool, networks := make([]graph.Attrs, shared), make([]graph.Attrs, 50)
	for i := range pool {
		pool[i] = attrs(i)
	}
	for i := range networks {
		networks[i] = graph.Attrs{"network": fmt.Sprint("network-", i)}
	}
	return func(yield func(*graph.Record, error) bool) {
		for i, id := range ids {
			v := &graph.Vertex{ID: id, Type: types[i%7], Name: string(id), Part: "bench", Attrs: pool[i%shared]}
			if i >= 1000 {
				v.Parent = ids[i/100]
			}
			if !yield(&graph.Record{Vertex: v}, nil) {
				return
			}
		}
		for i := range n - 1 {
			k := graph.EdgeKey{Type: graph.EdgeTypeOf(types[i%7], types[(i+1)%7]), From: ids[i], To: ids[i+1]}
			if !yield(&graph.Record{Edge: &graph.Edge{EdgeKey: k, State: graph.Up, Attrs: networks[i%50]}}, nil) {
				return
			}
		}
	}
}

// pairsOf are the pairs that a load writes, by key.
func pairsOf(b *testing.B, source iter.Seq2[*graph.Record, error]) []kv.Pair {
	b.Helper()
	db := kvtest.Record(memory.New())
	s, err := graph.Open(b.Context(), db, graph.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.Load(b.Context(), "bench", graph.Cause{Kind: graph.CauseImport}, source); err != nil {
		b.Fatal(err)
	}
	return db.Take()
}

// streamed writes pairs with the bare stream writer into an empty database.
func streamed(dir string, pairs []kv.Pair) error {
	db, err := engine.Open(badger.Options{}.Engine(dir))
	if err != nil {
		return err
	}
	w := db.NewStreamWriter()
	if err := w.Prepare(); err != nil {
		return err
	}
	buf := z.NewBuffer(5<<20, "bench")
	defer func() { _ = buf.Release() }()
	for _, p := range pairs {
		engine.KVToBuffer(&pb.KV{Key: p.Key, Value: p.Value, Version: 1, StreamId: 1}, buf)
		if buf.LenNoPadding() > 4<<20 {
			if err := w.Write(buf); err != nil {
				return err
			}
			buf.Reset()
		}
	}
	if err := w.Write(buf); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := db.Sync(); err != nil {
		return err
	}
	return db.Close()
}

// BenchmarkFirstLoad loads into an empty store, and writes the same pairs with
// the bare engine's stream writer. Both include opening, sync and closing.
func BenchmarkFirstLoad(b *testing.B) {
	source := cheap(benchObjects(b))
	pairs := pairsOf(b, source)
	b.Run(fmt.Sprint("objects=", benchObjects(b)), func(b *testing.B) {
		var raw, ours cost
		for b.Loop() {
			raw.add(measure(b, func() error { return streamed(b.TempDir(), pairs) }))
			ours.add(measure(b, func() error {
				s, err := graph.Open(b.Context(), openBadger(b, b.TempDir()), graph.Options{TempDir: b.TempDir()})
				if err != nil {
					return err
				}
				if _, err := s.Load(b.Context(), "bench", graph.Cause{Kind: graph.CauseImport}, source); err != nil {
					return err
				}
				return s.Close()
			}))
		}
		report(b, raw, ours, 2*benchObjects(b))
	})
}

// increment changes count/2 of n objects, others in each round, and adds as many
// new ones with an edge each.
func increment(n, count, round int) *graph.Batch {
	b := &graph.Batch{}
	types := []graph.VertexType{"instance", "vnic", "vconnector", "vedge", "otep", "host_pnic", "network"}
	for i := range count / 2 {
		at := (round*7919 + i*(2*n/count)) % n
		a := attrs(at % 5000)
		a["round"] = int64(round)
		id := graph.ID(fmt.Sprintf("object-%08d-of-the-benchmark", at))
		v := &graph.Vertex{ID: id, Type: types[at%7], Name: string(id), Part: "bench", Attrs: a}
		if at >= 1000 {
			v.Parent = graph.ID(fmt.Sprintf("object-%08d-of-the-benchmark", at/100))
		}
		fresh := &graph.Vertex{ID: graph.ID(fmt.Sprintf("fresh-%04d-%08d", round, i)), Type: "vnic", Parent: v.Parent, Part: "bench", Attrs: attrs(i)}
		b.Put = append(b.Put, v, fresh)
		b.PutEdges = append(b.PutEdges, &graph.Edge{EdgeKey: graph.EdgeKey{Type: graph.EdgeTypeOf("vnic", v.Type), From: fresh.ID, To: id}, State: graph.Up})
	}
	return b
}

// BenchmarkIncrement commits into a filled store, and gives the same pairs,
// sorted, to the bare engine's write batch on a database filled the same way.
func BenchmarkIncrement(b *testing.B) {
	n := benchObjects(b)
	source, cause := cheap(n), graph.Cause{Kind: graph.CauseImport}
	open := func(db kv.DB) *graph.Store {
		s, err := graph.Open(b.Context(), db, graph.Options{TempDir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Load(b.Context(), "bench", cause, source); err != nil {
			b.Fatal(err)
		}
		return s
	}
	for _, count := range []int{1000, 10_000} {
		b.Run(fmt.Sprintf("objects=%d/changes=%d", n, count), func(b *testing.B) {
			recorder := kvtest.Record(memory.New())
			model, store := open(recorder), open(openBadger(b, b.TempDir()))
			defer func() { _, _ = model.Close(), store.Close() }()
			dir := b.TempDir()
			if err := streamed(dir, recorder.Take()); err != nil {
				b.Fatal(err)
			}
			bare, err := engine.Open(badger.Options{}.Engine(dir))
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = bare.Close() }()
			var raw, ours cost
			for round := 1; b.Loop(); round++ {
				batch := increment(n, count, round)
				if _, err := model.Commit(b.Context(), "bench", cause, batch); err != nil {
					b.Fatal(err)
				}
				pairs := recorder.Take()
				ours.add(measure(b, func() error {
					_, err := store.Commit(b.Context(), "bench", cause, batch)
					return err
				}))
				raw.add(measure(b, func() error { return batched(bare, pairs) }))
			}
			report(b, raw, ours, count/2*3)
		})
	}
}

// batched writes sorted pairs with the bare engine's write batch, and syncs.
func batched(db *engine.DB, pairs []kv.Pair) error {
	w := db.NewWriteBatch()
	defer w.Cancel()
	for _, p := range pairs {
		if err := w.Set(p.Key, p.Value); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return db.Sync()
}
