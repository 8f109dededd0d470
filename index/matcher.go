package index

import "calipso/graph"

// match compares a vertex with the pattern by the rules of Search, without the
// index.
func (p *pattern) match(v *graph.Vertex, rank func(form string, k kind) Rank) Rank {
	best := noMatch
	for _, t := range extract(v) {
		best = min(best, rank(t.form, t.kind))
	}
	return best
}

// Score is the rank as a number from 1 to 100, higher is better.
func (r Rank) Score() int { return 100 - 12*int(r) }
