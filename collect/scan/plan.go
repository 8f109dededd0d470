package scan

import (
	"slices"
	"strings"

	"calipso/collect"
	"calipso/graph"
)

// plan knows which types hang below which: a fetcher runs once all that find
// objects of its parent's type have ended.
type plan struct {
	fetchers []collect.Fetcher
	level    map[graph.VertexType]int // of a parent type
}

// newPlan computes the levels. A type's level is one below the highest parent
// that yields it; a fetcher that adds to its own parent's type or to a higher
// one (an enrichment) does not push that type down. A parent that nothing
// yields (its source could not be opened) counts as there from the start: then
// it is one known from before.
func newPlan(fetchers []collect.Fetcher) *plan {
	p := &plan{fetchers: fetchers, level: map[graph.VertexType]int{graph.Root: 0}}
	p.sink()
	for _, f := range fetchers {
		if _, known := p.level[f.Parent]; !known {
			p.level[f.Parent] = 0
			p.sink()
		}
	}
	return p
}

// sink lowers what hangs below the parents placed so far, until all is placed.
func (p *plan) sink() {
	for changed := true; changed; {
		changed = false
		for _, f := range p.fetchers {
			above, known := p.level[f.Parent]
			if !known {
				continue
			}
			for _, t := range f.Yields {
				if at, seen := p.level[t]; !seen || above+1 < at {
					p.level[t] = above + 1
					changed = true
				}
			}
		}
	}
}

// finds tells whether a fetcher finds objects of a type, rather than adding to
// ones that others find higher up.
func (p *plan) finds(f collect.Fetcher, t graph.VertexType) bool {
	return slices.Contains(f.Yields, t) && p.level[f.Parent] < p.level[t]
}

// covers tells whether some fetcher may yield vertices of a type.
func (p *plan) covers(t graph.VertexType) bool {
	return slices.ContainsFunc(p.fetchers, func(f collect.Fetcher) bool { return slices.Contains(f.Yields, t) })
}

// partName names one fetcher asked about one parent.
func partName(fetcher string, parent graph.ID) string {
	if parent == "" {
		return fetcher
	}
	return fetcher + "@" + string(parent)
}

// providerOf is the part's source: what stands before the first dot.
func providerOf(part string) string {
	name, _, _ := strings.Cut(part, ".")
	return name
}

// derived is the part of vertices that enrichment makes from several sources.
const derived = "enrich"
