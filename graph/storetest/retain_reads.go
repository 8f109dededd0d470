package storetest

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"calipso/graph"
)

// compare two times.
func (p *past) compare() {
	from, to := p.time("from"), p.time("to")
	a, okA := p.shown(from)
	b, okB := p.shown(to)
	c, err := p.b.Compare(p.b.Context(), p.env, from, to)
	if !okA || !okB {
		p.retired("compare", err)
		return
	}
	p.ok(err)
	var got, want []string
	for _, v := range c.Vertices {
		got = append(got, fmt.Sprint(lineOf(v.Old, vertexLine), " → ", lineOf(v.New, vertexLine)))
	}
	for _, e := range c.Edges {
		got = append(got, fmt.Sprint(lineOf(e.Old, edgeLine), " → ", lineOf(e.New, edgeLine)))
	}
	old, now := p.at(a), p.at(b)
	want = append(differing(old.vertices, now.vertices, vertexLine), differing(old.edges, now.edges, edgeLine)...)
	slices.Sort(got)
	slices.Sort(want)
	p.equal(fmt.Sprint("compare ", from, " and ", to), got, want)
	told := map[graph.Time]bool{}
	for _, c := range c.Commits {
		told[c.Time] = true
	}
	for _, t := range p.times {
		if _, ok := p.shown(t); ok && min(a, b) < t && t <= max(a, b) && !told[t] {
			p.r.Fatalf("compare %d and %d does not tell of the commit at %d", a, b, t)
		}
	}
}

func (p *past) at(t graph.Time) naive {
	if t == 0 {
		return empty()
	}
	return p.state[t]
}

func lineOf[T any](v *T, line func(*T) string) string {
	if v == nil {
		return ""
	}
	return line(v)
}

func differing[K comparable, T any](a, b map[K]*T, line func(*T) string) (out []string) {
	keys := maps.Clone(a)
	maps.Copy(keys, b)
	for k := range keys {
		if x, y := lineOf(a[k], line), lineOf(b[k], line); x != y {
			out = append(out, x+" → "+y)
		}
	}
	return out
}

// histories compares what is told of single things, and the log.
func (p *past) histories() {
	for n := range 10 {
		id := graph.ID(fmt.Sprint("v", n))
		want := p.thinned(func(m naive) string { return lineOf(m.vertices[id], vertexLine) })
		var got []string
		for v, err := range p.b.History(p.b.Context(), p.env, id) {
			if errors.Is(err, graph.ErrNotFound) {
				break
			}
			p.ok(err)
			p.equal("cause", v.Cause, cause)
			got = append(got, fmt.Sprint(v.Time, " ", lineOf(v.Vertex, vertexLine)))
		}
		p.equal("history of "+string(id), got, want)
	}
	id := graph.ID(fmt.Sprint("v", rapid.IntRange(0, 9).Draw(p.r, "of")))
	var steps []string
	keys := map[graph.EdgeKey]bool{}
	for _, m := range p.state {
		for k := range m.edges {
			keys[k] = true
		}
	}
	for k := range keys {
		want := p.thinned(func(m naive) string { return lineOf(m.edges[k], edgeLine) })
		var got []string
		for e, err := range p.b.EdgeHistory(p.b.Context(), p.env, k) {
			if errors.Is(err, graph.ErrNotFound) {
				break
			}
			p.ok(err)
			got = append(got, fmt.Sprint(e.Time, " ", lineOf(e.Edge, edgeLine)))
		}
		p.equal(fmt.Sprint("history of ", k), got, want)
		if k.From == id || k.To == id {
			steps = append(steps, want...)
		}
	}
	n := 0
	for _, err := range p.b.LinksHistory(p.b.Context(), p.env, id, graph.Now) {
		if errors.Is(err, graph.ErrNotFound) {
			break
		}
		p.ok(err)
		n++
	}
	if n > len(steps) { // fewer, if a deletion comes first or twice
		p.r.Fatalf("history of links of %s: %d steps, the links have %d", id, n, len(steps))
	}
	p.commits()
}

// commits follows the log from a time.
func (p *past) commits() {
	after := p.time("after")
	var got, want []string
	for c, err := range p.b.Commits(p.b.Context(), p.env, after) {
		if p.since != 0 && after < p.since-1 {
			p.retired("log", err)
			return
		}
		p.ok(err)
		got = append(got, commitText(c))
	}
	for _, t := range p.times {
		if t > after {
			want = append(want, p.log[t])
		}
	}
	p.equal(fmt.Sprint("log after ", after), got, want)
}
