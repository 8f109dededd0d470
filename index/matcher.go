package index

import "calipso/graph"

// Matcher compares single vertices with a text by the rules of Search: for the
// times that the index does not hold.
type Matcher struct{ p pattern }

// NewMatcher prepares a text, as in Query.Text.
//
// Errors: *graph.InvalidError for a text that is empty or too long.
func NewMatcher(text string) (*Matcher, error) {
	if wrong := checkText(text); len(wrong) > 0 {
		return nil, &graph.InvalidError{What: "search", Fields: wrong}
	}
	return &Matcher{newPattern(text)}, nil
}

// Match tells in what way a vertex matches; ok is false if it does not.
func (m *Matcher) Match(v *graph.Vertex) (what Matched, rank Rank, ok bool) {
	return m.best(v, m.p.rank)
}

// Like tells whether a name of a vertex is like the text but for a letter or
// two.
func (m *Matcher) Like(v *graph.Vertex) (what Matched, rank Rank, ok bool) {
	return m.best(v, m.p.rankTypo)
}

func (m *Matcher) best(v *graph.Vertex, rank func(string, kind) Rank) (what Matched, best Rank, ok bool) {
	best = noMatch
	for _, t := range extract(v) {
		form, _ := t.form()
		if r := rank(form, t.Kind); r < best {
			best, what = r, Matched{t.Field, t.Text}
		}
	}
	return what, best, best < noMatch
}

// Score is the rank as a number from 1 to 100, higher is better.
func (r Rank) Score() int { return 100 - 12*int(r) }

// Shown tells whether objects of a type are found when no type is asked for:
// all but folders.
func Shown(t graph.VertexType) bool { return !isFolder(t) }
