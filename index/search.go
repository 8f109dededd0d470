package index

import (
	"container/heap"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"

	api "github.com/blevesearch/bleve_index_api"

	"calipso/graph"
)

// Search finds the objects that match a text, the best first; hits that match
// equally well are ordered by environment, type and id. Names that are merely
// similar are looked for only if nothing else matches.
//
// Errors: *graph.InvalidError for a text that is empty or too long, a limit out
// of range or a foreign cursor.
func (x *Index) Search(ctx context.Context, q Query) (Result, error) {
	after, err := q.check()
	if err != nil {
		return Result{}, err
	}
	res := Result{Hits: []Hit{}, TotalExact: true}
	within, ok := q.within()
	if !ok {
		return res, nil
	}
	p := newPattern(q.Text)
	err = x.reading(func(r api.IndexReader) error {
		top := &top{limit: q.Limit, after: after}
		// What is meant exactly is counted first, so that no number of others
		// can keep it from being seen.
		err := top.collect(ctx, r, append(slices.Clip(within), p.exact()), func(form string, k kind) Rank {
			if rank := p.rank(form, k); rank <= ExactName {
				return rank
			}
			return noMatch
		})
		if err == nil {
			err = top.collect(ctx, r, append(slices.Clip(within), p.candidates()), p.rank)
		}
		if like := p.typos(); err == nil && top.total == 0 && like != nil {
			err = top.collect(ctx, r, append(slices.Clip(within), like), p.rankTypo)
		}
		if err != nil {
			return err
		}
		return top.answer(r, &p, &res)
	})
	if err != nil {
		return Result{}, fmt.Errorf("index: search %q: %w", q.Text, err)
	}
	return res, nil
}

// check fills in defaults and reads the cursor.
func (q *Query) check() (*place, error) {
	wrong := checkText(q.Text)
	if q.Limit == 0 {
		q.Limit = DefaultLimit
	}
	if q.Limit < 1 || q.Limit > MaxLimit {
		wrong = append(wrong, graph.FieldError{Field: "limit", Reason: fmt.Sprintf("%d is not between 1 and %d", q.Limit, MaxLimit)})
	}
	var after *place
	if q.Cursor != "" {
		b, err := base64.RawURLEncoding.DecodeString(q.Cursor)
		if err == nil {
			err = json.Unmarshal(b, &after)
		}
		if err != nil || after == nil {
			wrong = append(wrong, graph.FieldError{Field: "cursor", Reason: "is none that a search gave out"})
		}
	}
	if len(wrong) > 0 {
		return nil, &graph.InvalidError{What: "search", Fields: wrong}
	}
	return after, nil
}

func checkText(text string) (wrong []graph.FieldError) {
	if fold(text) == "" {
		wrong = append(wrong, graph.FieldError{Field: "q", Reason: "is empty; give a name, an id, a MAC or an IP address, or a part of one"})
	}
	if len(text) > MaxQuery {
		wrong = append(wrong, graph.FieldError{Field: "q", Reason: fmt.Sprintf("has %d bytes; at most %d are searched for", len(text), MaxQuery)})
	}
	return wrong
}

// answer makes hits of the places, the best first.
func (t *top) answer(r api.IndexReader, p *pattern, res *Result) error {
	res.Total, res.TotalExact = t.total, !t.cut
	res.Hits = make([]Hit, len(t.places))
	for i := len(t.places) - 1; i >= 0; i-- {
		where := heap.Pop(t).(place)
		h, err := hit(r, p, where)
		if err != nil {
			return err
		}
		res.Hits[i] = h
		if t.more && i == len(res.Hits)-1 {
			res.Next = where.cursor()
		}
	}
	return nil
}

// hit reads what the index stored of an object and finds the text in it that
// matches best.
func hit(r api.IndexReader, p *pattern, at place) (Hit, error) {
	doc, err := r.Document(docID(at.Env, at.ID))
	if err != nil {
		return Hit{}, err
	}
	var s stored
	doc.VisitFields(func(f api.Field) {
		if f.Name() == hitField {
			err = json.Unmarshal(f.Value(), &s)
		}
	})
	if err != nil {
		return Hit{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	h := Hit{Env: at.Env, ID: at.ID, Type: s.Type, Name: s.Name, Rank: Rank(at.R), Score: Rank(at.R).Score()}
	for _, t := range s.Texts {
		form, _ := t.form()
		rank := p.rank
		if h.Rank == Typo {
			rank = p.rankTypo
		}
		if rank(form, t.Kind) == h.Rank {
			h.Matched = Matched{t.Field, t.Text}
			break
		}
	}
	return h, nil
}
