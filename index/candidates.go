package index

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/searcher"
	api "github.com/blevesearch/bleve_index_api"
)

// finder is a tree of conditions on the fields of a document.
type finder interface {
	searcher(ctx context.Context, r api.IndexReader) (search.Searcher, error)
}

// term: a field holds a term.
type term struct{ field, text string }

func (t term) searcher(ctx context.Context, r api.IndexReader) (search.Searcher, error) {
	return searcher.NewTermSearcher(ctx, r, t.text, t.field, 1, unscored)
}

// like: a field holds a term at most some letters away.
type like struct {
	field, text string
	exact       int // leading letters that must agree
	letters     int
}

func (l like) searcher(ctx context.Context, r api.IndexReader) (search.Searcher, error) {
	return searcher.NewFuzzySearcher(ctx, r, l.text, l.exact, l.letters, l.field, 1, unscored)
}

// all of some conditions, at least one.
type all []finder

func (a all) searcher(ctx context.Context, r api.IndexReader) (search.Searcher, error) {
	return combine(ctx, r, a, func(list []search.Searcher) (search.Searcher, error) {
		return searcher.NewConjunctionSearcher(ctx, r, list, unscored)
	})
}

// any of some conditions, at least one.
type some []finder

func (s some) searcher(ctx context.Context, r api.IndexReader) (search.Searcher, error) {
	return combine(ctx, r, s, func(list []search.Searcher) (search.Searcher, error) {
		return searcher.NewDisjunctionSearcher(ctx, r, list, 1, unscored)
	})
}

func combine(ctx context.Context, r api.IndexReader, parts []finder, how func([]search.Searcher) (search.Searcher, error)) (search.Searcher, error) {
	list := make([]search.Searcher, 0, len(parts))
	for _, p := range parts {
		s, err := p.searcher(ctx, r)
		if err != nil {
			for _, s := range list {
				s.Close()
			}
			return nil, err
		}
		list = append(list, s)
	}
	if len(list) == 1 {
		return list[0], nil
	}
	s, err := how(list)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	return s, nil
}

// within are the conditions that a query sets besides its text; ok is false if
// nothing can meet them.
func (q *Query) within() (list all, ok bool) {
	if q.Envs != nil {
		var envs some
		for _, e := range q.Envs {
			envs = append(envs, term{envField, string(e)})
		}
		if len(envs) == 0 {
			return nil, false
		}
		list = append(list, envs)
	}
	if len(q.Types) == 0 {
		return append(list, term{shownField, "1"}), true
	}
	var types some
	for _, t := range q.Types {
		types = append(types, term{typeField, string(t)})
	}
	return append(list, types), true
}

// exact finds every document that has the text as its name or identifier.
func (p *pattern) exact() some {
	out := some{
		term{formField, whole(nameKind, p.folded)},
		term{formField, whole(identKind, p.folded)},
	}
	if len(p.mac) == 12 {
		out = append(out, term{formField, whole(macKind, p.mac)})
	}
	if p.ip.IsValid() {
		out = append(out, term{formField, whole(ipKind, p.ip.String())})
	}
	if p.net.IsValid() {
		out = append(out, term{formField, whole(netKind, p.net.String())})
	}
	return out
}

// candidates finds every document that pattern.rank may accept with a lower
// rank than exact does, and some more.
func (p *pattern) candidates() some {
	var out some
	add := func(f all) {
		if len(f) > 0 {
			out = append(out, f)
		}
	}
	add(pieces(p.terms, false))
	if !slices.Equal(p.terms, p.words) || len(grams(p.terms)) == 0 {
		add(pieces(p.words, true))
	}
	if p.mac != "" {
		add(grams([]string{p.mac}))
	}
	switch {
	case p.ip.IsValid():
		for _, n := range covering(p.ip) {
			out = append(out, term{formField, whole(netKind, n)})
		}
	case p.net.IsValid():
		if head := netHead(p.net); head != "" {
			out = append(out, term{ipHeadField, head})
		}
	case p.partial.head != "":
		out = append(out, term{ipHeadField, p.partial.head})
	}
	return out
}

// pieces asks for all parts at once: three and more characters anywhere; fewer
// at the beginning of a word, if short ones count at all.
func pieces(parts []string, short bool) all {
	out := grams(parts)
	for _, part := range parts {
		if short && utf8.RuneCountInString(part) < 3 {
			out = append(out, term{headField, part})
		}
	}
	return out
}

func grams(parts []string) all {
	var list []string
	for _, part := range parts {
		list = append(list, trigrams(part)...)
	}
	slices.Sort(list)
	var out all
	for _, g := range slices.Compact(list) {
		out = append(out, term{gramField, g})
	}
	return out
}

// typos finds every document that pattern.rankTypo may accept; nil if the text is
// too short to be mistaken in.
func (p *pattern) typos() some {
	var out some
	if allowed(p.folded) > 0 {
		out = append(out, like{formField, whole(nameKind, p.folded), 1, 2})
	}
	var each all
	mistakes := 0
	for _, w := range p.words {
		mistakes += allowed(w)
		if allowed(w) == 0 {
			each = append(each, term{wordField, w})
		} else {
			each = append(each, like{wordField, w, 0, 2})
		}
	}
	if mistakes > 0 {
		out = append(out, each)
	}
	return out
}
