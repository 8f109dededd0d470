package index

import (
	"container/heap"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

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
	if q.Envs != nil && len(q.Envs) == 0 {
		return res, nil
	}
	p := newPattern(q.Text)
	err = x.reading(func(s *snapshot) error {
		for _, part := range s.parts {
			part.asked = q.asked(part)
		}
		r := &reader{x: x, ctx: ctx, q: &q, p: &p, s: s, top: top{limit: q.Limit, after: after}, most: max(leastRead, readPerHit*q.Limit)}
		if err := r.search(); err != nil {
			return err
		}
		return r.answer(&res)
	})
	if err != nil {
		return Result{}, fmt.Errorf("index: search %q: %w", q.Text, err)
	}
	return res, nil
}

// check fills in defaults and reads the cursor.
func (q *Query) check() (*place, error) {
	var wrong []graph.FieldError
	if fold(q.Text) == "" {
		wrong = append(wrong, graph.FieldError{Field: "q", Reason: "is empty; give a name, an id, a MAC or an IP address, or a part of one"})
	}
	if len(q.Text) > MaxQuery {
		wrong = append(wrong, graph.FieldError{Field: "q", Reason: fmt.Sprintf("has %d bytes; at most %d are searched for", len(q.Text), MaxQuery)})
	}
	if q.Limit == 0 {
		q.Limit = DefaultLimit
	}
	if q.Limit < 1 || q.Limit > MaxLimit {
		wrong = append(wrong, graph.FieldError{Field: "limit", Reason: fmt.Sprintf("%d is not between 1 and %d", q.Limit, MaxLimit)})
	}
	if q.History && q.Time != graph.Now {
		wrong = append(wrong, graph.FieldError{Field: "history", Reason: "searches all times; leave out the one time, or history"})
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

// asked narrows documents down to those that a query may find: of its
// environments and types, of now or of before.
func (q *Query) asked(p *part) func(*roaring.Bitmap) (*roaring.Bitmap, error) {
	var conditions [][]string
	if len(q.Types) == 0 {
		conditions = append(conditions, []string{liveShownTerm})
	} else {
		conditions = append(conditions, []string{liveTerm}, nil)
		for _, t := range q.Types {
			conditions[1] = append(conditions[1], typeTerm(t))
		}
	}
	if q.past() { // any document will do
		if len(q.Types) > 0 {
			conditions = conditions[1:]
		} else {
			conditions[0] = append(conditions[0], pastShownTerm)
		}
	}
	if q.Envs != nil {
		var envs []string
		for _, e := range q.Envs {
			envs = append(envs, envTerm(e))
		}
		conditions = append(conditions, envs)
	}
	return func(set *roaring.Bitmap) (*roaring.Bitmap, error) {
		for _, terms := range conditions {
			var out *roaring.Bitmap
			for _, term := range terms {
				have, err := p.tagged(term)
				if err != nil {
					return nil, err
				}
				switch {
				case have == nil:
				case out == nil:
					out = roaring.And(set, have)
				default:
					out.Or(roaring.And(set, have))
				}
			}
			if out == nil {
				return roaring.New(), nil
			}
			set = out
		}
		return set, nil
	}
}

// past tells whether documents of what objects had are asked too.
func (q *Query) past() bool { return q.History || q.Time != graph.Now }

// answer makes hits of what was kept, the best first.
func (r *reader) answer(res *Result) error {
	r.settle()
	res.Total, res.TotalExact = r.top.total, !r.cut
	res.Hits = make([]Hit, len(r.top.kept))
	for i := len(r.top.kept) - 1; i >= 0; i-- {
		f := heap.Pop(&r.top).(found)
		if r.top.more && i == len(res.Hits)-1 {
			res.Next = f.cursor()
		}
		h, err := r.hit(f)
		if err != nil {
			return err
		}
		res.Hits[i] = h
	}
	return nil
}

// hit takes apart what the index holds of an object.
func (r *reader) hit(f found) (Hit, error) {
	u := unpack(f.packed)
	h := Hit{Env: f.Env, ID: f.ID, Type: f.Type, Name: u.name, Rank: Rank(f.R), Score: Rank(f.R).Score(), Exists: f.live}
	if !f.live && r.q.past() {
		where, _, err := r.s.find(docID(f.Env, f.ID, true))
		if err != nil {
			return h, err
		}
		h.Exists = where != nil
	}
	best, ok := r.best(&u, r.rank)
	if u.bad {
		return h, fmt.Errorf("index: %w: a record does not decode", ErrDamaged)
	}
	if ok {
		h.Matched = Matched{best.field(), best.text.text}
		h.From, h.To = best.when.from, best.when.to
	}
	return h, nil
}
