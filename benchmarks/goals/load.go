package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"calipso/benchmarks/program"
	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/importexport"
	"calipso/importexport/jsonl"
)

// enough is the CPU time after which something that takes long is not done
// again for a better median.
const enough = 15 * time.Second

// repeated is the median CPU time of things that are done in turns: three
// times, or less often if they take long.
func (w *world) repeated(sides ...func() (float64, error)) ([]float64, error) {
	all := make([][]float64, len(sides))
	var spent float64
	for round := 0; round < min(3, w.effort.rounds) && spent < float64(enough); round++ {
		for i, do := range sides {
			n, err := do()
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], n)
			spent += n
		}
	}
	out := make([]float64, len(sides))
	for i := range all {
		out[i] = median(all[i])
	}
	return out, nil
}

// loadRows measure first loads without search: of records, and of documents as
// an import reads them.
func loadRows(ctx context.Context, w *world) ([]*Row, error) {
	a, err := w.arrays(ctx)
	if err != nil {
		return nil, err
	}
	records := a.vertices + a.edges
	folder, err := w.folder(ctx, envName, w.objects)
	if err != nil {
		return nil, err
	}
	if err := w.closeBase(); err != nil {
		return nil, err
	}
	var rows []*Row
	err = w.withScratch(func(scratch string) error {
		pairs := filepath.Join(scratch, "pairs")
		count, size, err := dump(ctx, filepath.Join(w.dir, "store"), pairs)
		if err != nil {
			return err
		}
		n, checked := 0, false
		fresh := func() string { n++; return filepath.Join(scratch, fmt.Sprintf("db%d", n)) }
		load := func() (float64, error) { return w.loadOnce(ctx, fresh()) }
		raw := func() (float64, error) {
			reading, err := spent(func() error { return eachPair(pairs, func(_, _ []byte) error { return nil }) })
			if err != nil {
				return 0, err
			}
			dir := fresh()
			all, err := spent(func() error { return streamPairs(pairs, dir) })
			if err != nil {
				return 0, err
			}
			if !checked {
				checked = true
				err = w.checkPairs(ctx, dir, count, size)
			}
			return all - reading, err
		}
		whole := func() (float64, error) { return w.importOnce(ctx, folder, fresh(), a) }
		took, err := w.repeated(load, raw, whole)
		if err != nil {
			return err
		}
		perSecond := func(ns float64) string { return fmt.Sprintf("%.0f records a CPU second", float64(records)/ns*1e9) }
		rows = []*Row{
			(&Row{Name: "records", What: "first load of the store, without search", Unit: "ns", Ours: took[0]}).against("raw StreamWriter", took[1]).shareAtLeast(0.7).
				note("%d records, %d pairs of %.0f B; %s; what making and reading the input costs is taken off on both sides", records, count, float64(size)/float64(count), perSecond(took[0])),
			(&Row{Name: "documents", What: "first import of .jsonl documents, without search", Unit: "ns", Ours: took[2]}).against("raw StreamWriter", took[1]).
				note("%s, parsing included; the goal is that of the row above", perSecond(took[2])),
		}
		return nil
	})
	return rows, err
}

// loadOnce is the CPU time of loading the cloud into an empty store, less that
// of generating it.
func (w *world) loadOnce(ctx context.Context, dir string) (float64, error) {
	generating, err := spent(func() error {
		for _, err := range w.records() {
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	all, err := spent(func() error {
		s, err := openStore(ctx, dir, nil)
		if err != nil {
			return err
		}
		_, err = s.Load(ctx, envName, graph.Cause{Kind: graph.CauseImport}, graphtest.Cloud(cloud(envName, w.objects)))
		return errors.Join(err, s.Close())
	})
	return all - generating, err
}

// checkPairs makes sure that the bare engine holds as many pairs and bytes.
func (w *world) checkPairs(ctx context.Context, dir string, pairs int, size int64) error {
	return w.withScratch(func(scratch string) error {
		gotPairs, gotSize, err := dump(ctx, dir, filepath.Join(scratch, "pairs"))
		if err == nil && (gotPairs != pairs || gotSize != size) {
			err = fmt.Errorf("StreamWriter holds %d pairs of %d bytes, the store %d of %d", gotPairs, gotSize, pairs, size)
		}
		return err
	})
}

// importOnce is the CPU time of importing a folder into an empty store.
func (w *world) importOnce(ctx context.Context, folder, dir string, a *arrays) (float64, error) {
	return spent(func() error {
		s, err := openStore(ctx, dir, nil)
		if err != nil {
			return err
		}
		src, err := jsonl.Open(folder)
		if err == nil {
			_, err = importexport.Import(ctx, src, importexport.Of(s), importexport.ImportOptions{})
		}
		if err == nil {
			err = holds(ctx, s, a)
		}
		return errors.Join(err, s.Close())
	})
}

// holds makes sure that a store has as much as the generator gave.
func holds(ctx context.Context, s *graph.Store, a *arrays) error {
	v, err := s.View(ctx, envName, graph.Now)
	if err != nil {
		return err
	}
	g, err := v.Topology(ctx)
	if err == nil && (g.Vertices() != a.vertices || g.Edges() != a.edges) {
		err = fmt.Errorf("the import holds %d objects and %d links, the generator gave %d and %d", g.Vertices(), g.Edges(), a.vertices, a.edges)
	}
	return err
}

func environmentDocument() graph.Attrs { return program.Environment(envName).Body }
