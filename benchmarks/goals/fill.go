package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/document"
	api "github.com/blevesearch/bleve_index_api"

	"calipso/benchmarks/program"
	"calipso/graph/graphtest"
)

// indexed is a document as the search index holds it, read back from there.
type indexed struct {
	id     string
	terms  map[string][]string // by field
	stored map[string][]byte
}

// readIndexed reads all documents of a Bleve index, and which fields have
// their terms also by document.
func readIndexed(ctx context.Context, dir string) (docs []*indexed, byDocument map[string]bool, err error) {
	x, err := bleve.OpenUsing(dir, map[string]any{"read_only": true})
	if err != nil {
		return nil, nil, fmt.Errorf("%s is no index of Bleve: %w", dir, err)
	}
	defer x.Close()
	low, err := x.Advanced()
	if err != nil {
		return nil, nil, err
	}
	r, err := low.Reader()
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	all, err := r.DocIDReaderAll()
	if err != nil {
		return nil, nil, err
	}
	of := map[string]*indexed{}
	for {
		id, err := all.Next()
		if err != nil {
			return nil, nil, err
		}
		if id == nil {
			break
		}
		name, err := r.ExternalID(id)
		if err != nil {
			return nil, nil, err
		}
		d := &indexed{id: name, terms: map[string][]string{}, stored: map[string][]byte{}}
		stored, err := r.Document(name)
		if err != nil {
			return nil, nil, err
		}
		stored.VisitFields(func(f api.Field) {
			if f.Name() != "_id" {
				d.stored[f.Name()] = slices.Clone(f.Value())
			}
		})
		of[string(id)] = d
		docs = append(docs, d)
	}
	fields, err := r.Fields()
	if err != nil {
		return nil, nil, err
	}
	byDocument = map[string]bool{}
	for _, field := range fields {
		if field == "_id" {
			continue
		}
		if err := readField(ctx, r, field, of); err != nil {
			return nil, nil, fmt.Errorf("field %q: %w", field, err)
		}
		values, err := r.DocValueReader([]string{field})
		if err != nil {
			return nil, nil, err
		}
		for id := range of {
			err := values.VisitDocValues(api.IndexInternalID(id), func(string, []byte) { byDocument[field] = true })
			if err != nil {
				return nil, nil, err
			}
			if byDocument[field] {
				break
			}
		}
	}
	return docs, byDocument, nil
}

func readField(ctx context.Context, r api.IndexReader, field string, of map[string]*indexed) error {
	dict, err := r.FieldDict(field)
	if err != nil {
		return err
	}
	defer dict.Close()
	for {
		entry, err := dict.Next()
		if err != nil || entry == nil {
			return err
		}
		term := entry.Term
		in, err := r.TermFieldReader(ctx, []byte(term), field, false, false, false)
		if err != nil {
			return err
		}
		for {
			hit, err := in.Next(nil)
			if err != nil {
				return err
			}
			if hit == nil {
				break
			}
			d := of[string(hit.ID)]
			d.terms[field] = append(d.terms[field], term)
		}
		if err := in.Close(); err != nil {
			return err
		}
	}
}

// fillDocuments writes documents into a fresh index and closes it.
func fillDocuments(dir string, docs []*indexed, byDocument map[string]bool) error {
	x, err := newBare(dir)
	if err != nil {
		return err
	}
	batch := x.NewBatch()
	for _, in := range docs {
		d := document.NewDocument(in.id)
		for field, list := range in.terms {
			options := api.IndexField | api.SkipFreqNorm
			if byDocument[field] {
				options |= api.DocValues
			}
			d.AddField(document.NewTextFieldCustom(field, nil, nil, options, terms(list)))
		}
		for field, value := range in.stored {
			d.AddField(document.NewTextFieldCustom(field, nil, value, api.StoreField, nil))
		}
		if err := batch.IndexAdvanced(d); err != nil {
			return err
		}
		if batch.Size() == bareBatch {
			if err := x.Batch(batch); err != nil {
				return err
			}
			batch.Reset()
		}
	}
	if err := x.Batch(batch); err != nil {
		return err
	}
	return x.Close()
}

// fillRow measures filling the search index from the store against bare Bleve
// that is handed the same documents, in a cloud of size M at most.
func fillRow(ctx context.Context, w *world) (row *Row, err error) {
	objects := min(w.objects, sizes()["M"])
	err = w.withScratch(func(scratch string) error {
		s, err := openStore(ctx, filepath.Join(scratch, "store"), nil)
		if err != nil {
			return err
		}
		defer s.Close()
		if err := program.Fill(ctx, s, cloud(envName, objects)); err != nil {
			return err
		}
		n := 0
		fresh := func() string { n++; return filepath.Join(scratch, fmt.Sprintf("index%d", n)) }
		first := fresh()
		if err := withIndex(ctx, first, s, nil); err != nil {
			return err
		}
		engines, err := filepath.Glob(filepath.Join(first, "*", "index_meta.json"))
		if err != nil || len(engines) != 1 {
			return fmt.Errorf("%s holds %d indexes of Bleve: %w", first, len(engines), err)
		}
		docs, byDocument, err := readIndexed(ctx, filepath.Dir(engines[0]))
		if err != nil {
			return err
		}
		shown := 0
		for r, err := range graphtest.Cloud(cloud(envName, objects)) {
			if err != nil {
				return err
			}
			if r.Vertex != nil && !folder(r.Vertex) {
				shown++
			}
		}
		if len(docs) < shown {
			return fmt.Errorf("the index holds %d documents, there are %d objects", len(docs), shown)
		}
		took, err := w.repeated(
			func() (float64, error) {
				dir := fresh()
				return spent(func() error { return withIndex(ctx, dir, s, nil) })
			},
			func() (float64, error) {
				dir := fresh()
				return spent(func() error { return fillDocuments(dir, docs, byDocument) })
			})
		if err != nil {
			return err
		}
		terms := 0
		for _, d := range docs {
			for _, list := range d.terms {
				terms += len(list)
			}
		}
		row = (&Row{Name: "search", What: "filling the search index from the store", Unit: "ns", Ours: took[0]}).against("bare Bleve, same documents", took[1]).shareAtLeast(0.8).
			note("%d documents of %.0f terms", len(docs), float64(terms)/float64(len(docs)))
		return nil
	})
	return row, err
}
