package benchmarks

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"calipso/benchmarks/program"
	"calipso/graph"
)

// sizes are numbers of objects: S always, M unless -short, L on request.
func sizes(tb testing.TB) []int {
	s := []int{10_000}
	if !testing.Short() {
		s = append(s, 100_000)
	}
	if os.Getenv("CALIPSO_BENCH_L") != "" {
		s = append(s, 1_000_000)
	}
	return s
}

// BenchmarkImport is calipso import of a folder of .jsonl files into an empty
// data directory, until everything is stored and can be searched.
func BenchmarkImport(b *testing.B) {
	for _, n := range sizes(b) {
		b.Run(fmt.Sprintf("objects=%d", n), func(b *testing.B) {
			dir, records := folder(b, n)
			for b.Loop() {
				calipso(b, "import", dir, "--data-dir", b.TempDir())
			}
			b.ReportMetric(float64(records*b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// BenchmarkCliqueHTTP asks for cliques of instances over HTTP, with 1 and with
// 16 clients at a time.
func BenchmarkCliqueHTTP(b *testing.B) {
	for _, n := range sizes(b) {
		data := b.TempDir()
		dir, _ := folder(b, n)
		calipso(b, "import", dir, "--data-dir", data)
		for _, clients := range []int{1, 16} {
			b.Run(fmt.Sprintf("objects=%d/clients=%d", n, clients), func(b *testing.B) {
				s := serve(b, data)
				ids, err := s.Objects(b.Context(), envName, graph.Instance, 1000)
				if err != nil {
					b.Fatal(err)
				}
				b.ResetTimer()
				took := ask(b, s, ids, clients)
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
			})
		}
	}
}

// ask makes b.N requests with some clients and says how long each took.
func ask(b *testing.B, s *program.Server, ids []graph.ID, clients int) []time.Duration {
	took := make([]time.Duration, b.N)
	var wg sync.WaitGroup
	errs := make(chan error, clients)
	for c := range clients {
		wg.Go(func() {
			for i := c; i < b.N; i += clients {
				begun := time.Now()
				if err := s.Get(b.Context(), program.CliquePath(envName, ids[i%len(ids)]), nil); err != nil {
					errs <- err
					return
				}
				took[i] = time.Since(begun)
			}
		})
	}
	wg.Wait()
	select {
	case err := <-errs:
		b.Fatal(err)
	default:
	}
	return took
}
