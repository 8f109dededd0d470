package index

import (
	"context"
	"fmt"
	"testing"
	"time"

	"calipso/graph"
)

// many are n objects with names, ids and addresses as OpenStack makes them:
// ports, and one vnic for each third of them.
func many(n int) []*graph.Vertex {
	list := make([]*graph.Vertex, n)
	for i := range list {
		uuid := fmt.Sprintf("%08x-0b53-4d8c-9a77-%012x", uint32(i)*2654435761, i*7919)
		v := &graph.Vertex{ID: graph.ID(uuid), Type: graph.Port, Name: fmt.Sprintf("web-%d.site%d.example", i, i%40)}
		if i%3 == 0 {
			v.ID, v.Type, v.Name = graph.ID(fmt.Sprintf("node-%d-tap%s", i%50, uuid[:11])), graph.VNIC, "tap"+uuid[:11]
		}
		v.Attrs = graph.Attrs{
			"mac_address": fmt.Sprintf("fa:16:3e:%02x:%02x:%02x", i>>16&255, i>>8&255, i&255),
			"fixed_ips":   []any{map[string]any{"ip_address": fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255)}},
		}
		list[i] = v
	}
	return list
}

func filled(b *testing.B, n int) *Index {
	f := newFake()
	f.commit("lab", many(n))
	x, err := Open(b.Context(), b.TempDir(), f, Options{})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	done := make(chan error, 1)
	go func() { done <- x.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		<-done
		x.Close()
	})
	if err := x.CaughtUp(b.Context()); err != nil {
		b.Fatal(err)
	}
	return x
}

func BenchmarkFill(b *testing.B) {
	const n = 10_000
	for b.Loop() {
		filled(b, n)
	}
	b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "objects/s")
}

func BenchmarkSearch(b *testing.B) {
	x := filled(b, 20_000)
	for _, text := range []string{"we", "web-77", "web-1234.site34.example", "10.0.7.9", "10.0.7.", "00:12:34", "exmaple", "nothing at all"} {
		b.Run("text="+text, func(b *testing.B) {
			total := 0
			for b.Loop() {
				r, err := x.Search(b.Context(), Query{Text: text, Limit: 15})
				if err != nil {
					b.Fatal(err)
				}
				total = r.Total
			}
			b.ReportMetric(float64(total), "found")
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)*float64(time.Second/time.Millisecond), "ms/op")
		})
	}
}
