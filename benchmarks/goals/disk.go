package main

import (
	"context"
	"fmt"
	"path/filepath"

	"calipso/benchmarks/program"
	"calipso/graph"
	"calipso/graph/snapshot"
)

// weeks are the weekly snapshots of a year.
const weeks = 52

// diskRows measure the room on disk.
func diskRows(ctx context.Context, w *world) ([]*Row, error) {
	a, err := w.arrays(ctx)
	if err != nil {
		return nil, err
	}
	if err := w.closeBase(); err != nil {
		return nil, err
	}
	records := a.vertices + a.edges
	one, err := program.DiskBytes(filepath.Join(w.dir, "store"))
	if err != nil {
		return nil, err
	}
	json, err := w.jsonBytes(ctx)
	if err != nil {
		return nil, err
	}
	rows := []*Row{(&Row{Name: "record", What: "disk for a record with everything but search", Unit: "B", Ours: float64(one) / float64(records)}).
		against("its JSON", float64(json)/float64(records)).atMost(300).
		note("%d objects and %d links, %s in all after the first load; %d B of JSON a record as exported", a.vertices, a.edges, quantity(float64(one), "B"), json/int64(records))}
	year := &Row{Name: "year", What: "52 weekly snapshots with 5 % change each", Unit: "B", Of: "one"}
	if w.size == "L" {
		return append(rows, missing(year, fmt.Errorf("measured at S and M only: it takes long and shows nothing new at L"))), nil
	}
	var all int64
	changes := 0
	err = w.withCopy(ctx, func(dir string) error {
		s, err := openStore(ctx, dir, nil)
		if err != nil {
			return err
		}
		keeper := snapshot.New(s, snapshot.Options{})
		for week := range weeks {
			if week > 0 {
				n, err := change{permille: 50, round: week}.commit(ctx, s, w.records(), 10_000)
				if err != nil {
					return err
				}
				changes += n
			}
			if _, err := keeper.Create(ctx, snapshot.Request{Env: envName, Name: fmt.Sprintf("week-%02d", week), Kind: snapshot.Scheduled}); err != nil {
				return err
			}
		}
		if err := checkYear(ctx, s); err != nil {
			return err
		}
		if err := s.Close(); err != nil {
			return err
		}
		all, err = program.DiskBytes(dir)
		return err
	})
	if err != nil {
		return nil, err
	}
	year.Ours = float64(all)
	return append(rows, year.against("one", float64(one)).ratioAtMost(5).note("%d changes in the year", changes)), nil
}

// jsonBytes is the size of the cloud's documents as exported.
func (w *world) jsonBytes(ctx context.Context) (int64, error) {
	folder, err := w.folder(ctx, envName, w.objects)
	if err != nil {
		return 0, err
	}
	var n int64
	for _, name := range []string{"inventory.jsonl", "links.jsonl"} {
		b, err := program.Length(filepath.Join(folder, name))
		if err != nil {
			return 0, err
		}
		n += b
	}
	return n, nil
}

// checkYear makes sure that the first week can still be read, and is not the
// last one.
func checkYear(ctx context.Context, s *graph.Store) error {
	keeper := snapshot.New(s, snapshot.Options{})
	first, err := keeper.At(ctx, envName, "week-00")
	if err != nil {
		return err
	}
	c, err := s.Compare(ctx, envName, first, graph.Now)
	if err == nil && len(c.Vertices) == 0 {
		err = fmt.Errorf("a year of changes left no difference")
	}
	return err
}
