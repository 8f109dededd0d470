package index

import (
	"context"
	"fmt"
	"slices"

	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/searcher"
	api "github.com/blevesearch/bleve_index_api"

	"calipso/graph"
)

// unscored lets Bleve combine postings as bitmaps. Ranks are ours, and totals
// are what we count.
var unscored = search.SearcherOptions{Score: "none"}

// walk hands over all documents that a searcher finds, in the order of the
// index, until f answers false.
func walk(ctx context.Context, r api.IndexReader, s search.Searcher, f func(api.IndexInternalID) (bool, error)) error {
	sc := &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(s.DocumentMatchPoolSize()+1, 0), IndexReader: r}
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		m, err := s.Next(sc)
		if err != nil {
			return fmt.Errorf("index: %w", err)
		}
		if m == nil {
			return nil
		}
		more, err := f(m.IndexInternalID)
		if err != nil || !more {
			return err
		}
		sc.DocumentMatchPool.Put(m)
	}
}

// reading lends a reader of the present state of the index.
func (x *Index) reading(f func(api.IndexReader) error) error {
	return x.use(func(e *engine) (err error) {
		r, err := e.reader()
		if err != nil {
			return err
		}
		defer func() {
			if cerr := r.Close(); err == nil && cerr != nil {
				err = fmt.Errorf("index: %w", cerr)
			}
		}()
		return f(r)
	})
}

// each calls f with the ids of all documents of an environment until it
// answers false.
func (x *Index) each(ctx context.Context, env graph.EnvID, f func(graph.ID) bool) error {
	return x.reading(func(r api.IndexReader) error {
		s, err := searcher.NewTermSearcher(ctx, r, string(env), envField, 1, unscored)
		if err != nil {
			return fmt.Errorf("index: %w", err)
		}
		defer s.Close()
		return walk(ctx, r, s, func(n api.IndexInternalID) (bool, error) {
			doc, err := r.ExternalID(n)
			if err != nil {
				return false, fmt.Errorf("index: %w", err)
			}
			_, id := splitDocID(doc)
			return f(id), nil
		})
	})
}

// environments lists those that the index has, or lately had, documents of.
func (x *Index) environments(ctx context.Context) ([]graph.EnvID, error) {
	var out []graph.EnvID
	err := x.reading(func(r api.IndexReader) error {
		dict, err := r.FieldDict(envField)
		if err != nil {
			return fmt.Errorf("index: %w", err)
		}
		defer dict.Close()
		for {
			e, err := dict.Next()
			if err != nil {
				return fmt.Errorf("index: %w", err)
			}
			if e == nil {
				return ctx.Err()
			}
			out = append(out, graph.EnvID(e.Term))
		}
	})
	slices.Sort(out)
	return slices.Compact(out), err
}
