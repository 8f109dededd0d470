package jsonl_test

import (
	"fmt"
	"testing"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/badger"
	"calipso/graph/kv/memory"
	"calipso/importexport"
	"calipso/importexport/jsonl"
)

// BenchmarkImport imports a folder into an empty data directory, without search.
func BenchmarkImport(b *testing.B) {
	const hosts = 100
	cause := graph.Cause{Kind: graph.CauseScan}
	made, err := graph.Open(b.Context(), memory.New(), graph.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = made.Close() }()
	if _, err := made.Load(b.Context(), "cloud", cause, graphtest.Cloud(graphtest.CloudOptions{Hosts: hosts})); err != nil {
		b.Fatal(err)
	}
	doc := &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: "cloud"}, Body: graph.Attrs{"name": "cloud"}}
	if _, err := made.Commit(b.Context(), graph.Shared, cause, &graph.Batch{PutDocs: []*graph.Document{doc}}); err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	target, err := jsonl.Create(dir)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := importexport.Export(b.Context(), importexport.Of(made), target, importexport.ExportOptions{NoCliques: true}); err != nil {
		b.Fatal(err)
	}
	b.Run(fmt.Sprint("hosts=", hosts), func(b *testing.B) {
		var records int64
		for b.Loop() {
			db, err := badger.Open(b.TempDir(), badger.Options{})
			if err != nil {
				b.Fatal(err)
			}
			s, err := graph.Open(b.Context(), db, graph.Options{TempDir: b.TempDir()})
			if err != nil {
				b.Fatal(err)
			}
			src, err := jsonl.Open(dir)
			if err != nil {
				b.Fatal(err)
			}
			r, err := importexport.Import(b.Context(), src, importexport.Of(s), importexport.ImportOptions{})
			if err != nil {
				b.Fatal(err)
			}
			for _, n := range r.Records(importexport.Taken) {
				records += n
			}
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
	})
}
