package main

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/search/query"
	api "github.com/blevesearch/bleve_index_api"

	"calipso/graph"
)

// bareBatch is the size of batches, the same as ours.
const bareBatch = 10_000

// bareIndex is Bleve by itself over names: what is left of a search when all
// that we add is taken away.
type bareIndex struct{ bleve.Index }

// terms is an analyzer that has the terms already.
type terms []string

func (t terms) Analyze([]byte) analysis.TokenStream {
	out := make(analysis.TokenStream, len(t))
	for i, term := range t {
		out[i] = &analysis.Token{Term: []byte(term), Position: i + 1, Type: analysis.AlphaNumeric}
	}
	return out
}

func newBare(dir string) (bleve.Index, error) {
	m := bleve.NewIndexMapping()
	m.DefaultMapping = bleve.NewDocumentStaticMapping()
	return bleve.NewUsing(dir, m, scorch.Name, scorch.Name, nil)
}

func openBare(dir string) (*bareIndex, error) {
	x, err := bleve.Open(dir)
	return &bareIndex{x}, err
}

// fillBare indexes the names of all objects: whole, in words, in runs of three.
func fillBare(ctx context.Context, s *graph.Store, dir string) error {
	x, err := newBare(dir)
	if err != nil {
		return err
	}
	defer x.Close()
	v, err := s.View(ctx, envName, graph.Now)
	if err != nil {
		return err
	}
	batch := x.NewBatch()
	for o, err := range v.Vertices(ctx) {
		if err != nil {
			return err
		}
		if folder(o) {
			continue
		}
		name := strings.ToLower(o.Text())
		d := document.NewDocument(string(o.ID))
		for field, list := range map[string][]string{
			"lower": {name}, "gram": grams(name),
			"word": strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }),
		} {
			slices.Sort(list)
			d.AddField(document.NewTextFieldCustom(field, nil, nil, api.IndexField|api.SkipFreqNorm, terms(slices.Compact(list))))
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
	return x.Batch(batch)
}

// search gives ids of objects, as many as asked for.
func (b *bareIndex) search(ctx context.Context, q question, hits int) ([]string, error) {
	var how query.Query
	switch q.kind {
	case "prefix":
		p := bleve.NewPrefixQuery(q.text)
		p.SetField("lower")
		how = p
	case "fuzzy":
		f := bleve.NewFuzzyQuery(q.text)
		f.SetField("lower")
		f.SetFuzziness(1)
		how = f
	default:
		var all []query.Query
		for _, g := range grams(q.text) {
			t := bleve.NewTermQuery(g)
			t.SetField("gram")
			all = append(all, t)
		}
		how = bleve.NewConjunctionQuery(all...)
	}
	r := bleve.NewSearchRequestOptions(how, hits, 0, false)
	r.Score = "none"
	found, err := b.SearchInContext(ctx, r)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, h := range found.Hits {
		ids = append(ids, h.ID)
	}
	return ids, nil
}
