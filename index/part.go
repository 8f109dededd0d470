package index

import (
	"context"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"calipso/graph"
)

// snapshot is the index at one moment: its segments, read directly. Bleve's own
// searchers cost more to set up than a search takes.
type snapshot struct {
	*scorch.IndexSnapshot
	parts []*part
}

// part is one segment as one search sees it.
type part struct {
	seg   *scorch.SegmentSnapshot
	dicts map[string]segment.TermDictionary
	meta  map[string]*roaring.Bitmap // terms of metaField looked up before
	grams map[string]*roaring.Bitmap // of gramField, keptGrams at most
	it    segment.PostingsIterator   // used again and again
	// asked tells which documents a search may find, nil: any. read are those
	// that it has read already.
	asked  func(*roaring.Bitmap) (*roaring.Bitmap, error)
	read   *roaring.Bitmap
	column *column // nil: none (yet)
}

func newSnapshot(r *scorch.IndexSnapshot) *snapshot {
	s := &snapshot{IndexSnapshot: r}
	for _, seg := range r.Segments() {
		s.parts = append(s.parts, &part{seg: seg, dicts: make(map[string]segment.TermDictionary, 4), meta: map[string]*roaring.Bitmap{}, grams: map[string]*roaring.Bitmap{}})
	}
	return s
}

func (p *part) dict(field string) (segment.TermDictionary, error) {
	if d := p.dicts[field]; d != nil {
		return d, nil
	}
	d, err := p.seg.Segment().Dictionary(field)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	p.dicts[field] = d
	return d, nil
}

// holding are the documents in which a field holds a term, deleted ones too.
// The bitmap is for reading only; nil is an empty one.
func (p *part) holding(field, term string) (*roaring.Bitmap, error) {
	one, set, err := p.postings(field, term)
	switch {
	case err != nil:
		return nil, err
	case set == nil:
		return roaring.BitmapOf(one), nil
	case set.IsEmpty():
		return nil, nil
	}
	return set, nil
}

// postings are the documents that hold a term: one of them, if set is nil.
func (p *part) postings(field, term string) (one uint32, set *roaring.Bitmap, err error) {
	d, err := p.dict(field)
	if err != nil {
		return 0, nil, err
	}
	list, err := d.PostingsList([]byte(term), nil, nil)
	if err != nil {
		return 0, nil, fmt.Errorf("index: %w", err)
	}
	if list.Count() == 0 {
		return 0, roaring.New(), nil
	}
	p.it = list.Iterator(false, false, false, p.it)
	it, ok := p.it.(segment.OptimizablePostingsIterator)
	if !ok {
		return 0, nil, fmt.Errorf("index: %T has no bitmap", p.it)
	}
	if n, one := it.DocNum1Hit(); one {
		return uint32(n), nil, nil
	}
	return 0, it.ActualBitmap(), nil
}

// eachTerm goes through the terms of a field from one up to another, in order;
// nil: from the first, to the last.
func (p *part) eachTerm(field string, from, to []byte, visit func(term string) (more bool, err error)) error {
	d, err := p.dict(field)
	if err != nil {
		return err
	}
	var it segment.DictionaryIterator
	if quick, ok := d.(interface {
		AutomatonIteratorOmitCount(a segment.Automaton, from, to []byte) segment.DictionaryIterator
	}); ok {
		it = quick.AutomatonIteratorOmitCount(nil, from, to)
	} else {
		it = d.AutomatonIterator(nil, from, to)
	}
	for {
		e, err := it.Next()
		if err != nil {
			return fmt.Errorf("index: %w", err)
		}
		if e == nil {
			return nil
		}
		if more, err := visit(e.Term); err != nil || !more {
			return err
		}
	}
}

// tagged are the documents with a term of metaField.
func (p *part) tagged(term string) (*roaring.Bitmap, error) {
	if set, ok := p.meta[term]; ok {
		return set, nil
	}
	set, err := p.holding(metaField, term)
	if err == nil {
		p.meta[term] = set
	}
	return set, err
}

// keptGrams is how many sets of documents a segment keeps from one search to the
// next: who types asks for the same ones with each letter. They are views of the
// file, with a kilobyte or two each in memory in a segment of a million.
const keptGrams = 512

// documents is holding, but for what was asked for before.
func (p *part) documents(field, term string) (*roaring.Bitmap, error) {
	if field != gramField {
		return p.holding(field, term)
	}
	if set, ok := p.grams[term]; ok {
		return set, nil
	}
	set, err := p.holding(field, term)
	if err != nil {
		return nil, err
	}
	if len(p.grams) >= keptGrams {
		clear(p.grams)
	}
	p.grams[term] = set
	return set, nil
}

// mostTerms is how many terms are looked up to narrow candidates down: what is
// left is compared anyway.
const mostTerms = 10

// holdingAll are the documents in which a field holds all of some terms; of
// many, some are left out.
func (p *part) holdingAll(field string, list []string) (*roaring.Bitmap, error) {
	n := min(len(list), mostTerms)
	sets := make([]*roaring.Bitmap, 0, n)
	for i := range n {
		at := i
		if n > 1 {
			at = i * (len(list) - 1) / (n - 1)
		}
		set, err := p.documents(field, list[at])
		if err != nil || set == nil || set.IsEmpty() {
			return nil, err
		}
		sets = append(sets, set)
	}
	if len(sets) < 2 {
		return first(sets), nil
	}
	slices.SortFunc(sets, func(a, b *roaring.Bitmap) int { return int(a.GetCardinality()) - int(b.GetCardinality()) })
	out := roaring.And(sets[0], sets[1])
	for _, set := range sets[2:] {
		if out.IsEmpty() {
			break
		}
		out.And(set)
	}
	return out, nil
}

func first(sets []*roaring.Bitmap) *roaring.Bitmap {
	if len(sets) == 0 {
		return nil
	}
	return sets[0]
}

// holdingAny are the documents in which a field holds one of some terms.
func (p *part) holdingAny(field string, list []string) (*roaring.Bitmap, error) {
	var sets []*roaring.Bitmap
	for _, term := range list {
		set, err := p.holding(field, term)
		if err != nil {
			return nil, err
		}
		if set != nil && !set.IsEmpty() {
			sets = append(sets, set)
		}
	}
	if len(sets) < 2 {
		return first(sets), nil
	}
	return roaring.FastOr(sets...), nil
}

// beginning are the documents in which a field holds a term with a prefix; no
// more than a number of terms are gone through, in order. cut tells that there
// are more.
func (p *part) beginning(field, prefix string, most int) (set *roaring.Bitmap, cut bool, err error) {
	var list []string
	err = p.eachTerm(field, []byte(prefix), after(prefix), func(term string) (bool, error) {
		if cut = len(list) == most; !cut {
			list = append(list, term)
		}
		return !cut, nil
	})
	if err != nil {
		return nil, false, err
	}
	set, err = p.holdingAny(field, list)
	return set, cut, err
}

// after is the first text behind all those with a prefix.
func after(prefix string) []byte {
	b := []byte(prefix)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] < 0xff {
			b[i]++
			return b[:i+1]
		}
	}
	return nil
}

// left are those of some documents that a search may find and has not read,
// for the caller to keep.
func (p *part) left(set *roaring.Bitmap) (*roaring.Bitmap, error) {
	if set == nil || set.IsEmpty() {
		return nil, nil
	}
	if p.read == nil && p.seg.Deleted() == nil && p.asked == nil {
		return set.Clone(), nil
	}
	var err error
	if p.asked != nil {
		if set, err = p.asked(set); err != nil {
			return nil, err
		}
	}
	for _, not := range []*roaring.Bitmap{p.seg.Deleted(), p.read} {
		if not != nil {
			set = roaring.AndNot(set, not)
		}
	}
	return set, nil
}

// reading lends a snapshot of the present state of the index.
func (x *Index) reading(f func(*snapshot) error) error {
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
		s := x.snapshotOf(r)
		for _, p := range s.parts {
			if p.column == nil && p.large() {
				p.column = e.columns.get(p.seg.Id())
			}
		}
		err = f(s)
		if err == nil {
			x.idle.Put(s)
		}
		return err
	})
}

// snapshotOf takes one that an earlier search has left, with the dictionaries
// that it opened, if the index is still the same.
func (x *Index) snapshotOf(r *scorch.IndexSnapshot) *snapshot {
	if s, ok := x.idle.Get().(*snapshot); ok && s.IndexSnapshot == r {
		for _, p := range s.parts {
			p.asked, p.read = nil, nil
		}
		return s
	}
	return newSnapshot(r)
}

// each calls f with the names of all documents of an environment.
func (x *Index) each(ctx context.Context, env graph.EnvID, f func(id graph.ID, live bool)) error {
	return x.reading(func(s *snapshot) error {
		for _, p := range s.parts {
			set, err := p.holding(metaField, envTerm(env))
			if err != nil {
				return err
			}
			if set, err = p.left(set); err != nil || set == nil {
				if err != nil {
					return err
				}
				continue
			}
			for it := set.Iterator(); it.HasNext(); {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				name, err := p.seg.DocID(uint64(it.Next()))
				if err != nil {
					return fmt.Errorf("index: %w", err)
				}
				_, id, live := splitDocID(string(name))
				f(id, live)
			}
		}
		return nil
	})
}

// environments lists those that the index has, or lately had, documents of.
func (x *Index) environments(ctx context.Context) ([]graph.EnvID, error) {
	var out []graph.EnvID
	err := x.reading(func(s *snapshot) error {
		dict, err := s.FieldDictPrefix(metaField, []byte(envTerm("")))
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
			out = append(out, graph.EnvID(e.Term[len(envTerm("")):]))
		}
	})
	slices.Sort(out)
	return slices.Compact(out), err
}
