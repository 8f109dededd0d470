package storetest_test

import (
	"fmt"
	"iter"
	"os"
	"strconv"
	"testing"

	"calipso/graph"
	"calipso/graph/topology"
)

// benchObjects is how many vertices the benchmarks load; CALIPSO_BENCH_OBJECTS
// sets it.
func benchObjects(b *testing.B) int {
	b.Helper()
	text := os.Getenv("CALIPSO_BENCH_OBJECTS")
	if text == "" {
		return 10_000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func attrs(n int) graph.Attrs {
	a := graph.Attrs{"mac_address": fmt.Sprintf("fa:16:%02x:%02x:%02x:%02x", n>>24&255, n>>16&255, n>>8&255, n&255), "n": n, "status": "ACTIVE"}
	for i := range 12 {
		a[fmt.Sprint("attribute_", i)] = fmt.Sprintf("value %d of %d, with some words about it", i, n)
	}
	return a
}

// objects streams n vertices in instances of seven parts each, in a chain of
// edges, as a cloud has them, all instances on a few networks.
func objects(n int) iter.Seq2[*graph.Record, error] {
	types := []graph.VertexType{"instance", "vnic", "vconnector", "vedge", "otep", "host_pnic", "network"}
	return func(yield func(*graph.Record, error) bool) {
		for i := range n {
			id, typ := graph.ID(fmt.Sprintf("object-%08d-of-the-benchmark", i)), types[i%7]
			parent := graph.ID("")
			if i >= 1000 {
				parent = graph.ID(fmt.Sprintf("object-%08d-of-the-benchmark", i/100))
			}
			v := &graph.Vertex{ID: id, Type: typ, Name: string(id), Parent: parent, Part: "bench", Attrs: attrs(i)}
			if !yield(&graph.Record{Vertex: v}, nil) {
				return
			}
		}
		for i := range n - 1 {
			from, to := types[i%7], types[(i+1)%7]
			e := &graph.Edge{
				EdgeKey: graph.EdgeKey{Type: graph.EdgeTypeOf(from, to), From: graph.ID(fmt.Sprintf("object-%08d-of-the-benchmark", i)), To: graph.ID(fmt.Sprintf("object-%08d-of-the-benchmark", i+1))},
				State:   graph.Up, Attrs: graph.Attrs{"network": fmt.Sprint("network-", i%50)},
			}
			if !yield(&graph.Record{Edge: e}, nil) {
				return
			}
		}
	}
}

func benchStore(b *testing.B, dir string) *graph.Store {
	b.Helper()
	s, err := graph.Open(b.Context(), openBadger(b, dir), graph.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}

func loaded(b *testing.B) (*graph.Store, string) {
	b.Helper()
	dir := b.TempDir()
	s := benchStore(b, dir)
	if _, err := s.Load(b.Context(), "bench", graph.Cause{Kind: graph.CauseImport}, objects(benchObjects(b))); err != nil {
		b.Fatal(err)
	}
	return s, dir
}

func BenchmarkLoad(b *testing.B) {
	n := benchObjects(b)
	b.Run(fmt.Sprint("objects=", n), func(b *testing.B) {
		for b.Loop() {
			s, dir := loaded(b)
			b.StopTimer()
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(size(b, dir))/float64(2*n), "B/record")
			b.StartTimer()
		}
		b.ReportMetric(float64(b.N)*float64(n)/b.Elapsed().Seconds(), "objects/s")
	})
}

func size(b *testing.B, dir string) (bytes int64) {
	b.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		b.Fatal(err)
	}
	for _, e := range list {
		info, err := e.Info()
		if err != nil {
			b.Fatal(err)
		}
		bytes += info.Size()
	}
	return bytes
}

func BenchmarkOpen(b *testing.B) {
	s, dir := loaded(b)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	db := openBadger(b, dir)
	b.Run(fmt.Sprint("objects=", benchObjects(b)), func(b *testing.B) {
		for b.Loop() {
			if _, err := graph.Open(b.Context(), db, graph.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkCommit(b *testing.B) {
	s, _ := loaded(b)
	for _, n := range []int{1, 1000} {
		b.Run(fmt.Sprint("changes=", n), func(b *testing.B) {
			for round := 0; b.Loop(); round++ {
				batch := &graph.Batch{}
				for i := range n {
					id := graph.ID(fmt.Sprintf("object-%08d-of-the-benchmark", i*7))
					a := attrs(i)
					a["round"] = round
					batch.Put = append(batch.Put, &graph.Vertex{ID: id, Type: "instance", Name: string(id), Attrs: a})
				}
				if _, err := s.Commit(b.Context(), "bench", graph.Cause{Kind: graph.CauseEvent}, batch); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkUnchangedScan(b *testing.B) {
	s, _ := loaded(b)
	batch := &graph.Batch{}
	for r := range objects(benchObjects(b)) {
		if r.Vertex != nil {
			batch.Put = append(batch.Put, r.Vertex)
		} else {
			batch.PutEdges = append(batch.PutEdges, r.Edge)
		}
	}
	for b.Loop() {
		c, err := s.Commit(b.Context(), "bench", graph.Cause{Kind: graph.CauseScan}, batch)
		if err != nil || !c.Empty() {
			b.Fatal(c, err)
		}
	}
}

func BenchmarkVertex(b *testing.B) {
	s, _ := loaded(b)
	v, err := s.View(b.Context(), "bench", graph.Now)
	if err != nil {
		b.Fatal(err)
	}
	n := benchObjects(b)
	for i := 0; b.Loop(); i = (i + 7919) % n {
		if _, err := v.Vertex(b.Context(), graph.ID(fmt.Sprintf("object-%08d-of-the-benchmark", i))); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVertices(b *testing.B) {
	s, _ := loaded(b)
	v, err := s.View(b.Context(), "bench", graph.Now)
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		for _, err := range v.Vertices(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "vertices/s")
}

// BenchmarkClique walks the ten links around an instance, as a clique does.
func BenchmarkClique(b *testing.B) {
	s, _ := loaded(b)
	v, err := s.View(b.Context(), "bench", graph.Now)
	if err != nil {
		b.Fatal(err)
	}
	g, err := v.Topology(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	focal := uint32(1)
	for b.Loop() {
		if walk(g, focal, 10) == 0 {
			b.Fatal("nothing found")
		}
		focal = focal%uint32(g.Len()-1) + 1
	}
}

func walk(g *topology.Graph, n uint32, steps int) (links int) {
	for ; steps > 0; steps-- {
		out := g.Out(n)
		if len(out) == 0 {
			out = g.In(n)
		}
		links += len(out)
		n = out[0].Peer
	}
	return links
}
