package index

import (
	"fmt"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// finder gives the documents of one segment that may match in some way. It looks
// no more than a number of terms up, and tells whether it left any out.
type finder func(p *part, most int) (set *roaring.Bitmap, cut bool, err error)

// union puts several ways of finding together.
func union(list ...finder) finder {
	return func(p *part, most int) (*roaring.Bitmap, bool, error) {
		var sets []*roaring.Bitmap
		cut := false
		for _, f := range list {
			set, short, err := f(p, most)
			if err != nil {
				return nil, false, err
			}
			cut = cut || short
			if set != nil && !set.IsEmpty() {
				sets = append(sets, set)
			}
		}
		if len(sets) < 2 {
			return first(sets), cut, nil
		}
		return roaring.FastOr(sets...), cut, nil
	}
}

func anyOf(field string, list ...string) finder {
	return func(p *part, _ int) (*roaring.Bitmap, bool, error) {
		set, err := p.holdingAny(field, list)
		return set, false, err
	}
}

func allOf(field string, list ...string) finder {
	return func(p *part, _ int) (*roaring.Bitmap, bool, error) {
		set, err := p.holdingAll(field, list)
		return set, false, err
	}
}

func startingWith(field, prefix string) finder {
	return func(p *part, most int) (*roaring.Bitmap, bool, error) { return p.beginning(field, prefix, most) }
}

// exact finds every document that has the text as its name or identifier.
func (p *pattern) exact() finder {
	list := []string{whole(nameKind, p.folded), whole(identKind, p.folded)}
	if p.ip.IsValid() {
		list = append(list, whole(ipKind, spelled(p.ip)))
	}
	if p.net.IsValid() {
		list = append(list, whole(netKind, spelledNet(p.net)))
	}
	out := []finder{anyOf(formField, list...)}
	if len(p.mac) == 12 {
		out = append(out, allOf(hexField, hexGrams(p.mac)...))
	}
	if len(p.uuid) == 32 {
		out = append(out, allOf(hexField, hexGrams(p.uuid)...))
	}
	return union(out...)
}

// addresses finds those that an address, a network or the beginning of one
// leads to, and pieces of MAC addresses and UUIDs.
func (p *pattern) addresses() finder {
	var out []finder
	switch {
	case p.ip.IsValid():
		var nets []string
		for _, n := range covering(p.ip) {
			nets = append(nets, whole(netKind, spelledNet(n)))
		}
		out = append(out, anyOf(formField, nets...))
	case p.net.IsValid():
		if head := netHead(p.net); head != "" {
			out = append(out, startingWith(formField, whole(ipKind, head)))
		}
	case p.partial.head != "":
		head := p.partial.head + p.partial.rest
		out = append(out, startingWith(formField, whole(ipKind, head)), startingWith(formField, whole(netKind, head)))
	case p.firstGroup():
		out = append(out, startingWith(formField, whole(ipKind, p.folded)), startingWith(formField, whole(netKind, p.folded)))
	}
	if p.mac != "" && len(p.mac) < 12 {
		out = append(out, allOf(hexField, hexGrams(p.mac)...))
	}
	if p.uuid != "" && p.uuid != p.mac && len(p.uuid) < 32 {
		out = append(out, allOf(hexField, hexGrams(p.uuid)...))
	}
	return union(out...)
}

// beginnings finds names and identifiers by how they begin.
func (p *pattern) beginnings() finder {
	return union(startingWith(formField, whole(nameKind, p.folded)), startingWith(formField, whole(identKind, p.folded)))
}

// wholeWords finds names by words that are those of the text.
func (p *pattern) wholeWords() finder { return allOf(wordField, p.words...) }

// wordBeginnings finds names of which a word begins with the longest of the
// text's.
func (p *pattern) wordBeginnings() finder {
	longest := slices.MaxFunc(p.words, func(a, b string) int { return len(a) - len(b) })
	return startingWith(wordField, longest)
}

// inside finds names and identifiers that hold the long terms anywhere.
func (p *pattern) inside() finder {
	var list []string
	for _, t := range p.terms {
		list = appendTrigrams(list, t)
	}
	return allOf(gramField, list...)
}

// likeWhole finds names that are like the text as a whole, with so many
// mistakes.
func (p *pattern) likeWhole(s *snapshot, mistakes, most int) (finder, error) {
	list, cut, err := s.like(formField, kindLetters[nameKind:nameKind+1], p.folded, mistakes, most)
	if err != nil {
		return nil, err
	}
	return func(p *part, _ int) (*roaring.Bitmap, bool, error) {
		set, err := p.holdingAny(formField, list)
		return set, cut, err
	}, nil
}

// likeWords finds names that have a word like each of the text's, with so many
// mistakes in each.
func (p *pattern) likeWords(s *snapshot, mistakes, most int) (finder, error) {
	like := make([][]string, len(p.words))
	short := false
	for i, w := range p.words {
		like[i] = []string{w}
		if n := min(mistakes, allowed(w)); n > 0 {
			list, cut, err := s.like(wordField, "", w, n, most)
			if err != nil {
				return nil, err
			}
			like[i], short = list, short || cut
		}
	}
	return func(p *part, _ int) (*roaring.Bitmap, bool, error) {
		var out *roaring.Bitmap
		for i, list := range like {
			set, err := p.holdingAny(wordField, list)
			if err != nil || set == nil {
				return nil, false, err
			}
			if i == 0 {
				out = set
			} else {
				out = roaring.And(out, set)
			}
		}
		return out, short, nil
	}, nil
}

// like lists the terms of a field that, behind a letter, differ from a text by
// so many mistakes; some may not be there.
func (s *snapshot) like(field, letter, text string, mistakes, most int) (list []string, cut bool, err error) {
	if mistakes == 1 {
		// Two letters exchanged count as two mistakes for Bleve, whose search for
		// two takes many times as long as that for one.
		for _, t := range exchanged(text) {
			list = append(list, letter+t)
		}
	}
	dict, err := s.FieldDictFuzzy(field, letter+text, mistakes, letter)
	if err != nil {
		return nil, false, fmt.Errorf("index: %w", err)
	}
	defer dict.Close()
	for {
		e, err := dict.Next()
		if err != nil {
			return nil, false, fmt.Errorf("index: %w", err)
		}
		if e == nil {
			return list, false, nil
		}
		if near(text, strings.TrimPrefix(e.Term, letter), mistakes) {
			if len(list) >= most {
				return list, true, nil
			}
			list = append(list, e.Term)
		}
	}
}

// exchanged are the texts with two neighbouring letters of one exchanged.
func exchanged(text string) []string {
	var out []string
	letters := []rune(text)
	for i := range len(letters) - 1 {
		if letters[i] != letters[i+1] {
			letters[i], letters[i+1] = letters[i+1], letters[i]
			out = append(out, string(letters))
			letters[i], letters[i+1] = letters[i+1], letters[i]
		}
	}
	return out
}
