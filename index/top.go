package index

import (
	"cmp"
	"container/heap"
	"context"
	"encoding/base64"
	"encoding/json"

	api "github.com/blevesearch/bleve_index_api"

	"calipso/graph"
)

// place is where a document stands among the hits.
type place struct {
	R    uint8            `json:"r"` // the rank as a number
	Env  graph.EnvID      `json:"e"`
	Type graph.VertexType `json:"t"`
	ID   graph.ID         `json:"i"`
}

func (p place) cursor() string {
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // texts and a number
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func compare(a, b place) int {
	return cmp.Or(cmp.Compare(a.R, b.R), cmp.Compare(a.Env, b.Env), cmp.Compare(a.Type, b.Type), cmp.Compare(a.ID, b.ID))
}

// maxRead is the number of candidates read for one search: about a
// tenth of a second. Whoever types so little that there are more needs no exact total.
const maxRead = 50_000

// top keeps the best places of all that are offered: a heap with the worst on
// top.
type top struct {
	limit  int
	after  *place
	total  int
	more   bool // some had to be left out
	cut    bool // not all candidates were read
	passes int
	places []place
}

func (t *top) Len() int           { return len(t.places) }
func (t *top) Less(i, j int) bool { return compare(t.places[i], t.places[j]) > 0 }
func (t *top) Swap(i, j int)      { t.places[i], t.places[j] = t.places[j], t.places[i] }
func (t *top) Push(v any)         { t.places = append(t.places, v.(place)) }
func (t *top) Pop() any {
	last := t.places[len(t.places)-1]
	t.places = t.places[:len(t.places)-1]
	return last
}

// offer counts a document of some rank and keeps it if it is among the best.
func (t *top) offer(rank Rank, where func() (place, error)) error {
	t.total++
	full := len(t.places) == t.limit
	switch {
	case t.after != nil && uint8(rank) < t.after.R:
		return nil
	case full && uint8(rank) > t.places[0].R:
		t.more = true
		return nil
	}
	p, err := where()
	if err != nil {
		return err
	}
	p.R = uint8(rank)
	if t.after != nil && compare(p, *t.after) <= 0 {
		return nil
	}
	if full {
		t.more = true
		if compare(p, t.places[0]) >= 0 {
			return nil
		}
		heap.Pop(t)
	}
	heap.Push(t, p)
	return nil
}

// collect ranks all documents that meet some conditions. The first pass is the
// one for exact matches, which later ones leave out.
func (t *top) collect(ctx context.Context, r api.IndexReader, f finder, rank func(form string, k kind) Rank) error {
	s, err := f.searcher(ctx, r)
	if err != nil {
		return err
	}
	defer s.Close()
	forms, err := r.DocValueReader([]string{formField})
	if err != nil {
		return err
	}
	types, err := r.DocValueReader([]string{typeField})
	if err != nil {
		return err
	}
	t.passes++
	read := 0
	return walk(ctx, r, s, func(n api.IndexInternalID) (bool, error) {
		if read++; read > maxRead {
			t.cut = true
			return false, nil
		}
		best := noMatch
		err := forms.VisitDocValues(n, func(_ string, term []byte) {
			if best > Identifier {
				k, form := cutWhole(term)
				best = min(best, rank(form, k))
			}
		})
		if err != nil || best == noMatch || t.passes > 1 && best <= ExactName {
			return true, err
		}
		return true, t.offer(best, func() (place, error) {
			doc, err := r.ExternalID(n)
			if err != nil {
				return place{}, err
			}
			var p place
			p.Env, p.ID = splitDocID(doc)
			err = types.VisitDocValues(n, func(_ string, t []byte) { p.Type = graph.VertexType(t) })
			return p, err
		})
	})
}
