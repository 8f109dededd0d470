package index

import (
	"github.com/RoaringBitmap/roaring/v2"
)

// Of some documents the index knows by itself in what way they match: with the
// column of their segment only those are read that are shown, and all counted.

// fewRead candidates are read in any case: that is quicker than sorting them out.
const fewRead = 150

// countRead is how many more candidates are read, to be counted, once nothing
// that is left can come onto the page.
const countRead = 500

// known tells whether that can be done: in searches of now, where columns are
// there; that they are missing is told to Run.
func (r *reader) known() bool {
	if r.q.past() {
		return false
	}
	for _, p := range r.s.parts {
		if p.column == nil && p.large() {
			select {
			case r.x.cold <- struct{}{}:
			default: // it knows
			}
			return false
		}
	}
	return true
}

// beginnings reads names and identifiers that begin with the text.
func (r *reader) beginnings() error {
	prefixes := []string{whole(nameKind, r.p.folded), whole(identKind, r.p.folded)}
	return r.ranked(Prefix, r.p.beginnings(), func(p *part) (*roaring.Bitmap, error) { return p.column.beginning(p, prefixes...) })
}

// wholeWords reads names that have the words of the text.
func (r *reader) wholeWords() error {
	if len(r.p.words) > 1 || r.p.words[0] != r.p.folded {
		return r.take(r.p.wholeWords()) // which need not be together as in the text
	}
	return r.ranked(Word, r.p.wholeWords(), func(p *part) (*roaring.Bitmap, error) { return p.holding(wordField, r.p.words[0]) })
}

// ranked takes documents that match in one way, if no better one was taken
// before: where there is a column by quick, which finds all, else by slow.
func (r *reader) ranked(rank Rank, slow finder, quick func(*part) (*roaring.Bitmap, error)) error {
	known := r.known()
	for _, p := range r.s.parts {
		if !known || p.column == nil {
			continue
		}
		set, err := quick(p)
		if err == nil {
			set, err = p.left(set)
		}
		if err == nil && set != nil {
			err = r.choose(p, set, rank)
		}
		if err != nil {
			return err
		}
	}
	for _, p := range r.s.parts { // after those that have to be read
		if known && p.column != nil {
			continue
		}
		set, err := r.leftIn(p, slow)
		if err == nil {
			err = r.read(p, set)
		}
		if err != nil {
			return err
		}
	}
	if len(r.top.kept) == r.q.Limit && Rank(r.top.kept[0].R) <= rank {
		r.most = min(r.most, countRead)
	}
	return nil
}

// choose counts documents that match in one way and reads those that may be on
// the page, and one more.
func (r *reader) choose(p *part, set *roaring.Bitmap, rank Rank) error {
	chosen := roaring.New()
	if after := r.top.after; after == nil || Rank(after.R) <= rank {
		from := uint32(0)
		if after != nil && Rank(after.R) == rank {
			var err error
			if from, err = p.column.behind(p, after); err != nil {
				return err
			}
		}
		n := r.q.Limit + 1
		if len(r.top.kept) == r.q.Limit && Rank(r.top.kept[0].R) < rank {
			n = 1 // which tells that there is another page
		}
		chosen = p.column.best(set, from, n)
	}
	r.top.total += int(set.GetCardinality() - chosen.GetCardinality())
	if err := r.read(p, chosen); err != nil {
		return err
	}
	if p.read == nil {
		p.read = set
	} else {
		p.read = roaring.Or(p.read, set)
	}
	return nil
}
