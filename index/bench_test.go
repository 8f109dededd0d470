package index

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/document"
	bquery "github.com/blevesearch/bleve/v2/search/query"

	"calipso/graph"
)

// How many objects are searched: go test -bench Search -objects 1000000
var objects = flag.Int("objects", 20_000, "objects in the benchmarks of searching")

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

// cpu is the processor time that the process has taken.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFill makes an index of everything that a store holds; raw is Bleve
// alone with the same documents, which are made before.
func BenchmarkFill(b *testing.B) {
	const n = 50_000
	list := many(n)
	report := func(b *testing.B, from time.Duration) {
		b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "objects/s")
		b.ReportMetric((cpu(b)-from).Seconds()/float64(b.N)*1e6/n, "cpu-µs/object")
	}
	b.Run("how=index", func(b *testing.B) {
		from := cpu(b)
		for b.Loop() {
			b.StopTimer()
			f := newFake()
			f.commit("lab", list)
			x, err := Open(b.Context(), b.TempDir(), f, Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			if err := x.pass(b.Context(), false); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			if err := x.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
		report(b, from)
	})
	b.Run("how=raw", func(b *testing.B) {
		from := cpu(b)
		for b.Loop() {
			b.StopTimer()
			before := cpu(b)
			var docs []*document.Document
			for _, v := range list {
				docs = append(docs, Documents("lab", graph.Past{ID: v.ID, Versions: []graph.Version{{Time: 1001, Vertex: v}}})...)
			}
			db, err := CreateBleve(filepath.Join(b.TempDir(), "raw"))
			if err != nil {
				b.Fatal(err)
			}
			from += cpu(b) - before
			b.StartTimer()
			for part := range slices.Chunk(docs, maxBatch) {
				batch := db.NewBatch()
				for _, d := range part {
					if err := batch.IndexAdvanced(d); err != nil {
						b.Fatal(err)
					}
				}
				if err := db.Batch(batch); err != nil {
					b.Fatal(err)
				}
			}
			b.StopTimer()
			if err := db.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
		report(b, from)
	})
}

// BenchmarkSearch asks for the same with our search and with Bleve's own, which
// neither ranks nor checks.
func BenchmarkSearch(b *testing.B) {
	x := filled(b, *objects)
	for segments := fewSegments + 1; segments > fewSegments; time.Sleep(10 * time.Millisecond) { // Run is tidying
		if err := x.reading(func(s *snapshot) error { segments = len(s.parts); return nil }); err != nil {
			b.Fatal(err)
		}
	}
	term := func(field, text string) bquery.Query {
		q := bleve.NewTermQuery(text)
		q.SetField(field)
		return q
	}
	grams := func(text string) bquery.Query {
		var list []bquery.Query
		for _, g := range trigrams(text) {
			list = append(list, term(gramField, g))
		}
		return bleve.NewConjunctionQuery(list...)
	}
	prefix := func(field, text string) bquery.Query {
		q := bleve.NewPrefixQuery(text)
		q.SetField(field)
		return q
	}
	fuzzy := func(field, text string) bquery.Query {
		q := bleve.NewFuzzyQuery(text)
		q.SetField(field)
		q.SetFuzziness(2)
		return q
	}
	for _, c := range []struct {
		kind, text string
		raw        bquery.Query
	}{
		{"exact", "web-1234.site34.example", term(formField, "nweb-1234.site34.example")},
		{"prefix", "web-1234", prefix(formField, "nweb-1234")},
		{"prefix", "web-77", prefix(formField, "nweb-77")},
		{"prefix", "we", prefix(formField, "nwe")},
		{"substring", "-1234.", grams("-1234.")},
		{"substring", "site3", grams("site3")},
		{"address", "10.0.7.9", term(formField, "a10.0.7.9")},
		{"address", "10.0.7.", prefix(formField, "a10.0.7.")},
		{"mac", "fa:16:3e:00:12:34", nil},
		{"mac", "00:12:34", nil},
		{"uuid", "0b53-4d8c-9a77-0000000f", nil},
		{"fuzzy", "web-1234.stie34.example", fuzzy(formField, "nweb-1234.stie34.example")},
		{"fuzzy", "exmaple", fuzzy(wordField, "exmaple")},
		{"nothing", "nothing at all", grams("nothing at all")},
	} {
		run := func(how string, f func() int) {
			b.Run(fmt.Sprintf("kind=%s/text=%s/how=%s", c.kind, c.text, how), func(b *testing.B) {
				total := 0
				from := cpu(b)
				for b.Loop() {
					total = f()
				}
				b.ReportMetric(float64(total), "found")
				b.ReportMetric(float64((cpu(b)-from).Nanoseconds())/1e3/float64(b.N), "cpu-µs/op")
			})
		}
		run("index", func() int {
			r, err := x.Search(b.Context(), Query{Text: c.text, Limit: 15})
			if err != nil {
				b.Fatal(err)
			}
			return r.Total
		})
		if c.raw != nil {
			run("raw", func() int {
				r, err := x.mu.engine.db.Search(bleve.NewSearchRequestOptions(c.raw, 15, 0, false))
				if err != nil {
					b.Fatal(err)
				}
				return int(r.Total)
			})
		}
	}
}
