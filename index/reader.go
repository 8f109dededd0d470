package index

import (
	"context"
	"errors"
	"fmt"
	"unsafe"

	"github.com/RoaringBitmap/roaring/v2"

	"calipso/graph"
)

// One search reads no more candidates than these: so many for every hit that is
// wanted, and some more so that small totals are exact. Reading one takes about
// a microsecond.
const (
	leastRead  = 2000
	readPerHit = 20
)

// reader carries out one search: it reads candidates, the most promising first,
// and compares each with the pattern.
type reader struct {
	x   *Index
	ctx context.Context
	q   *Query
	p   *pattern
	s   *snapshot
	top top

	most int  // candidates that may still be read
	cut  bool // some were not
	rank func(form string, k kind) Rank
	// past searches may find an object in both of its documents.
	objects map[string]found
}

func (r *reader) search() error {
	for _, rule := range r.p.rules() {
		// What was read before was read by another rule, which found nothing.
		for _, p := range r.s.parts {
			p.read = nil
		}
		r.rank = rule.rank
		var like finder
		var err error
		switch {
		case rule.mistakes == 0:
			err = r.texts()
		case rule.words:
			like, err = r.p.likeWords(r.s, rule.mistakes, r.most)
		default:
			like, err = r.p.likeWhole(r.s, rule.mistakes, r.most)
		}
		if err == nil && like != nil {
			err = r.take(like)
		}
		if err != nil || r.top.total+len(r.objects) > 0 {
			return err
		}
	}
	return nil
}

// texts reads what has the text in it.
func (r *reader) texts() error {
	for _, f := range []finder{r.p.exact(), r.p.addresses()} {
		if err := r.take(f); err != nil {
			return err
		}
	}
	return r.text()
}

// text reads names and identifiers. Where there are more candidates than may be
// read, those that begin with the text and those that have it as words go first.
func (r *reader) text() error {
	if !r.p.long {
		if len(r.p.words) == 0 {
			return nil
		}
		if err := r.beginnings(); err != nil {
			return err
		}
		return r.take(r.p.wordBeginnings())
	}
	sets, n, err := r.left(r.p.inside())
	if err != nil || n == 0 {
		return err
	}
	if n <= fewRead || n <= uint64(r.most) && !r.known() {
		return r.readAll(sets)
	}
	cut := r.cut
	if err := r.beginnings(); err != nil {
		return err
	}
	if len(r.p.words) > 0 {
		if err := r.wholeWords(); err != nil {
			return err
		}
	}
	r.cut = cut // what these left out is among what follows
	return r.take(r.p.inside())
}

// left evaluates a finder: what it has left to read in each segment.
func (r *reader) left(f finder) (sets []*roaring.Bitmap, n uint64, err error) {
	sets = make([]*roaring.Bitmap, len(r.s.parts))
	for i, p := range r.s.parts {
		if sets[i], err = r.leftIn(p, f); err != nil {
			return nil, 0, err
		}
		if sets[i] != nil {
			n += sets[i].GetCardinality()
		}
	}
	return sets, n, nil
}

func (r *reader) leftIn(p *part, f finder) (*roaring.Bitmap, error) {
	set, cut, err := f(p, r.most)
	if err != nil {
		return nil, err
	}
	r.cut = r.cut || cut
	return p.left(set)
}

// take reads what a finder finds, as far as may be.
func (r *reader) take(f finder) error {
	for _, p := range r.s.parts {
		set, err := r.leftIn(p, f)
		if err != nil {
			return err
		}
		if err := r.read(p, set); err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) readAll(sets []*roaring.Bitmap) error {
	for i, p := range r.s.parts {
		if err := r.read(p, sets[i]); err != nil {
			return err
		}
	}
	return nil
}

// read compares documents of one segment.
func (r *reader) read(p *part, set *roaring.Bitmap) error {
	if set == nil || set.IsEmpty() {
		return nil
	}
	if p.read == nil {
		p.read = set
	} else {
		p.read = roaring.Or(p.read, set)
	}
	var err error
	name := ""
	visit := func(field string, _ byte, value []byte, _ []uint64) bool {
		// The bytes are Bleve's until the next document; what is kept of them is
		// copied by own.
		text := unsafe.String(unsafe.SliceData(value), len(value))
		switch field {
		case "_id":
			name = text
		case formField:
			err = r.consider(name, text)
			return false
		}
		return true
	}
	for it := set.Iterator(); it.HasNext(); {
		if r.most == 0 {
			r.cut = true
			return nil
		}
		if r.most--; r.most%512 == 0 && r.ctx.Err() != nil {
			return r.ctx.Err()
		}
		if verr := p.seg.VisitDocument(uint64(it.Next()), visit); verr != nil {
			return fmt.Errorf("index: %w", verr)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// consider offers the object of a document if it matches.
func (r *reader) consider(name, packed string) error {
	u := unpack(packed)
	var best match
	if r.q.past() {
		best, _ = r.best(&u, r.rank)
	} else {
		best.rank = u.best(r.rank)
	}
	if u.bad {
		return fmt.Errorf("index: %w: a record does not decode", ErrDamaged)
	}
	if best.rank == noMatch {
		return nil
	}
	env, id, live := splitDocID(name)
	f := found{place{R: uint8(best.rank), Env: env, Type: graph.VertexType(u.typ), ID: id}, packed, live}
	if !r.q.past() {
		r.top.offer(f)
		return nil
	}
	f = f.own()
	if r.q.History {
		f.From, f.To = best.when.from, best.when.to
	} else if best.when.loose {
		rank, err := r.ask(f.Env, f.ID)
		if err != nil || rank == noMatch {
			return err
		}
		f.R = uint8(rank)
	}
	if r.objects == nil {
		r.objects = map[string]found{}
	}
	key := docID(env, id, true)
	if have, ok := r.objects[key]; !ok || compare(f.place, have.place) < 0 {
		r.objects[key] = f
	}
	return nil
}

// settle offers what a search in the past found, once for each object.
func (r *reader) settle() {
	if r.q.History {
		for key, f := range r.objects {
			if !f.live {
				// Whether the object is still there only its other document tells.
				where, _, err := r.s.find(key)
				f.Gone = err == nil && where == nil
			}
			r.objects[key] = f
		}
	}
	for _, f := range r.objects {
		r.top.offer(f)
	}
}

// ask compares an object as the store knows it at the time of the search.
func (r *reader) ask(env graph.EnvID, id graph.ID) (Rank, error) {
	view, err := r.x.src.View(r.ctx, env, r.q.Time)
	if err == nil {
		var v *graph.Vertex
		if v, err = view.Vertex(r.ctx, id); err == nil {
			return r.p.match(v, r.rank), nil
		}
	}
	if errors.Is(err, graph.ErrNotFound) || errors.Is(err, graph.ErrRetired) {
		return noMatch, nil
	}
	return noMatch, err
}

// match is the text of an object that matches best, and when it had it.
type match struct {
	text
	rank Rank
	when span
}

// best is how the text that matches best does, whenever it was held.
func (u *unpacking) best(rank func(form string, k kind) Rank) Rank {
	best := noMatch
	for p, more := u.next(); more; p, more = u.next() {
		best = min(best, rank(p.form, p.kind))
		for range p.spans {
			u.span()
		}
	}
	return best
}

// best finds the text that matches best at the time of the search; through all
// time, of those that match equally well, the one held last.
func (r *reader) best(u *unpacking, rank func(form string, k kind) Rank) (m match, ok bool) {
	m.rank = noMatch
	for p, more := u.next(); more; p, more = u.next() {
		how := rank(p.form, p.kind)
		if how > m.rank || how == noMatch || how == m.rank && !r.q.History {
			for range p.spans {
				u.span()
			}
			continue
		}
		e := u.full(p)
		if len(e.spans) == 0 {
			u.bad = true
			return m, false
		}
		when := e.last()
		if r.q.Time != graph.Now {
			var covered bool
			if when, covered = e.at(r.q.Time); !covered {
				continue
			}
		}
		if how == m.rank && lasting(when.to) <= lasting(m.when.to) {
			continue
		}
		m = match{e.text, how, when}
	}
	return m, m.rank < noMatch
}

// find is the place of a document; nil if there is none.
func (s *snapshot) find(name string) (*part, uint64, error) {
	for _, p := range s.parts {
		set, err := p.holding("_id", name)
		if err != nil {
			return nil, 0, err
		}
		if set == nil {
			continue
		}
		if not := p.seg.Deleted(); not != nil {
			set = roaring.AndNot(set, not)
		}
		if !set.IsEmpty() {
			return p, uint64(set.Minimum()), nil
		}
	}
	return nil, 0, nil
}

// record reads what the index holds of an object; nil if nothing.
func (s *snapshot) record(env graph.EnvID, id graph.ID) (*record, error) {
	var out *record
	for _, live := range []bool{true, false} {
		p, n, err := s.find(docID(env, id, live))
		if err != nil {
			return nil, err
		}
		if p == nil {
			continue
		}
		if out == nil {
			out = &record{}
		}
		var derr error
		err = p.seg.VisitDocument(n, func(field string, _ byte, value []byte, _ []uint64) bool {
			if field == formField {
				derr = out.decode(string(value), live)
			}
			return true
		})
		if err == nil {
			err = derr
		}
		if err != nil {
			return nil, fmt.Errorf("index: %w", err)
		}
	}
	return out, nil
}
