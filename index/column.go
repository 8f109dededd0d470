package index

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"github.com/RoaringBitmap/roaring/v2"

	"calipso/graph"
)

// column keeps in memory, for one large segment, what a search with very many
// hits needs: which documents have terms with a prefix, and in what order they
// are shown. It takes about 30 bytes for each document.
type column struct {
	place []uint32 // of a document among all, by environment, type and id
	at    []uint32 // the document at a place

	// terms are the names and identifiers of formField in order: the document
	// that has it, or where in more the number of documents stands, with these
	// behind it, less than 0.
	terms []int32
	more  []uint32
	heads []string // every columnStep-th term
}

const (
	columnStep = 16
	// columnFrom is the size in documents from which a segment gets a column.
	columnFrom = 2000
)

func newColumn(ctx context.Context, p *part) (*column, error) {
	c := &column{}
	if err := c.order(ctx, p); err != nil {
		return nil, err
	}
	n := 0
	names, identifiers := whole(nameKind, ""), whole(identKind, "")
	err := p.eachTerm(formField, []byte(min(names, identifiers)), after(max(names, identifiers)), func(term string) (bool, error) {
		if n%columnStep == 0 {
			c.heads = append(c.heads, term)
		}
		n++
		one, set, err := p.postings(formField, term)
		if one, set = single(one, set); set == nil {
			c.terms = append(c.terms, int32(one))
		} else {
			c.terms = append(c.terms, -1-int32(len(c.more)))
			c.more = append(c.more, uint32(set.GetCardinality()))
			c.more = append(c.more, set.ToArray()...)
		}
		return ctx.Err() == nil, err
	})
	c.terms, c.more = slices.Clone(c.terms), slices.Clone(c.more) // without what was left free
	if err == nil {
		err = ctx.Err()
	}
	return c, err
}

// single takes the document out of a set of one.
func single(one uint32, set *roaring.Bitmap) (uint32, *roaring.Bitmap) {
	if set != nil && set.GetCardinality() == 1 {
		return set.Minimum(), nil
	}
	return one, set
}

// order finds the places. Names of documents are in the order of environment
// and id; within each environment they are dealt out by type.
func (c *column) order(ctx context.Context, p *part) error {
	size := int(p.seg.Segment().Count())
	types := make([]uint16, size)
	n := uint16(0)
	err := p.eachTerm(metaField, []byte(typeTerm("")), after(typeTerm("")), func(term string) (bool, error) {
		n++
		set, err := p.holding(metaField, term)
		if set != nil {
			for it := set.Iterator(); it.HasNext(); {
				types[it.Next()] = n
			}
		}
		return true, err
	})
	if err != nil {
		return err
	}
	c.place, c.at = make([]uint32, size), make([]uint32, 0, size)
	piles := make([][]uint32, n+1)
	deal := func() {
		for i, pile := range piles {
			for _, doc := range pile {
				c.place[doc] = uint32(len(c.at))
				c.at = append(c.at, doc)
			}
			piles[i] = pile[:0]
		}
	}
	env := graph.EnvID("")
	err = p.eachTerm("_id", nil, nil, func(name string) (bool, error) {
		if e, _, _ := splitDocID(name); e != env {
			deal()
			env = e
		}
		one, set, err := p.postings("_id", name)
		if one, set = single(one, set); err == nil && set != nil {
			err = fmt.Errorf("index: %w: two documents %q", ErrDamaged, name)
		}
		if err == nil {
			piles[types[one]] = append(piles[types[one]], one)
		}
		return ctx.Err() == nil, err
	})
	deal()
	return err
}

// beginning are the documents in which formField holds a term with one of some
// prefixes.
func (c *column) beginning(p *part, prefixes ...string) (*roaring.Bitmap, error) {
	ranges := make([][]int32, len(prefixes))
	terms := 0
	for i, prefix := range prefixes {
		from, err := c.first(p, prefix)
		if err != nil {
			return nil, err
		}
		to, err := c.first(p, string(after(prefix)))
		if err != nil {
			return nil, err
		}
		ranges[i] = c.terms[from:to]
		terms += to - from
	}
	// A bit for each document there is costs more than a few numbers.
	if terms < len(c.place)/64 {
		set := roaring.New()
		c.each(ranges, func(doc uint32) { set.Add(doc) })
		return set, nil
	}
	dense := make([]uint64, (len(c.place)+63)/64)
	c.each(ranges, func(doc uint32) { dense[doc/64] |= 1 << (doc % 64) })
	return roaring.FromDense(dense, false), nil
}

// each calls f with the documents of terms.
func (c *column) each(ranges [][]int32, f func(doc uint32)) {
	for _, terms := range ranges {
		for _, doc := range terms {
			if doc >= 0 {
				f(uint32(doc))
				continue
			}
			list := c.more[-1-doc:]
			for _, doc := range list[1 : 1+list[0]] {
				f(doc)
			}
		}
	}
}

// first is the number of terms before a text.
func (c *column) first(p *part, text string) (int, error) {
	block := sort.SearchStrings(c.heads, text) - 1
	if block < 0 {
		return 0, nil
	}
	n := block * columnStep
	err := p.eachTerm(formField, []byte(c.heads[block]), []byte(text), func(string) (bool, error) { n++; return true, nil })
	return n, err
}

// best are the first documents of a set, in the order of hits, from a place on.
func (c *column) best(set *roaring.Bitmap, from uint32, most int) *roaring.Bitmap {
	var places []uint32
	worst := ^uint32(0)
	for it := set.Iterator(); it.HasNext(); {
		place := c.place[it.Next()]
		if place < from || place >= worst {
			continue
		}
		if places = append(places, place); len(places) >= 4*most {
			slices.Sort(places)
			places = places[:most]
			worst = places[most-1]
		}
	}
	slices.Sort(places)
	out := roaring.New()
	for _, place := range places[:min(most, len(places))] {
		out.Add(c.at[place])
	}
	return out
}

// behind is the first place behind that of a hit.
func (c *column) behind(p *part, hit *place) (uint32, error) {
	var err error
	n := sort.Search(len(c.at), func(i int) bool {
		have := place{R: hit.R}
		verr := p.seg.VisitDocument(uint64(c.at[i]), func(field string, _ byte, value []byte, _ []uint64) bool {
			switch field {
			case "_id":
				have.Env, have.ID, _ = splitDocID(string(value))
			case formField:
				u := unpack(string(value))
				have.Type = graph.VertexType(u.typ)
			}
			return true
		})
		if verr != nil {
			err = fmt.Errorf("index: %w", verr)
		}
		return compare(have, *hit) > 0
	})
	return uint32(n), err
}
