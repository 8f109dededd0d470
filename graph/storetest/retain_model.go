package storetest

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"calipso/graph"
)

// past is the model of an environment in time: whole graphs, and which of them
// can still be read.
type past struct {
	b     *bench
	r     *rapid.T
	env   graph.EnvID
	times []graph.Time // of all commits ever made
	state map[graph.Time]naive
	log   map[graph.Time]string
	since graph.Time // 0: nothing was retired
	kept  []graph.Time
	views []*graph.View
}

func empty() naive {
	return naive{map[graph.ID]*graph.Vertex{}, map[graph.EdgeKey]*graph.Edge{}, map[graph.DocKey]*graph.Document{}}
}

// shown is the commit that a time shows, 0 before the first; ok is false if the
// time is retired.
func (p *past) shown(at graph.Time) (commit graph.Time, ok bool) {
	for _, t := range p.times {
		if t <= at {
			commit = t
		}
	}
	return commit, commit == 0 || commit >= p.since || slices.Contains(p.kept, commit)
}

// points are the commits that can be read and are not later than since, and 0.
func (p *past) points() []graph.Time {
	out := append([]graph.Time{0}, p.kept...)
	if p.since != 0 {
		out = append(out, p.since)
	}
	return out
}

// thinned applies the rule of retention to the history of one thing: text tells
// what it was in a graph, empty if it was not there.
func (p *past) thinned(text func(naive) string) []string {
	var out []string
	points := p.points()
	was := ""
	for _, t := range p.times {
		is := text(p.state[t])
		if is == was {
			continue
		}
		was = is
		if t > p.since || p.stays(t, is, text, points) {
			out = append(out, fmt.Sprint(t, " ", is))
		}
	}
	slices.Reverse(out)
	return out
}

func (p *past) stays(at graph.Time, is string, text func(naive) string, points []graph.Time) bool {
	i := slices.IndexFunc(points, func(t graph.Time) bool { return t >= at })
	for _, t := range p.times { // another version before the next point
		if t > at && t <= points[i] && text(p.state[t]) != is {
			return false
		}
	}
	return is != "" || at == p.since || points[i-1] != 0 && text(p.state[points[i-1]]) != ""
}

func (p *past) ok(err error) {
	if err != nil {
		p.r.Fatal(err)
	}
}

func (p *past) equal(what string, got, want any) {
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		p.r.Fatalf("%s (since %d, kept %v, commits %v): got\n%s\nwant\n%s", what, p.since, p.kept, p.times, g, w)
	}
}

func (p *past) last() naive {
	if len(p.times) == 0 {
		return empty()
	}
	return p.state[p.times[len(p.times)-1]]
}

func (p *past) commit(b *graph.Batch) {
	next, changed, ok := p.last().apply(b)
	c, err := p.b.Commit(p.b.Context(), p.env, cause, b)
	if ok != (err == nil) {
		p.r.Fatalf("commit: %v, want one that is good: %v", err, ok)
	}
	if !ok {
		return
	}
	p.equal("changes", len(c.Changes), changed)
	if c.Empty() {
		return
	}
	p.times = append(p.times, c.Time)
	p.state[c.Time] = next
	p.log[c.Time] = commitText(c)
	v, err := p.b.View(p.b.Context(), p.env, graph.Now)
	p.ok(err)
	p.views = append(p.views, v)
}

// time draws one at, just before or after a commit.
func (p *past) time(name string) graph.Time {
	t := rapid.SampledFrom(p.times).Draw(p.r, name)
	return t + graph.Time(rapid.IntRange(-1, 1).Draw(p.r, "off"))
}

// read compares a view, and a time asked for anew.
func (p *past) read() {
	view := rapid.SampledFrom(p.views).Draw(p.r, "view")
	text, err := whole(p.b.Context(), view)
	if _, ok := p.shown(view.Time()); !ok {
		p.retired("a view that was kept", err)
	} else {
		p.ok(err)
		p.equal("a view that was kept", text, p.state[view.Time()])
	}
	at := p.time("at")
	shown, ok := p.shown(at)
	v, err := p.b.View(p.b.Context(), p.env, at)
	if !ok {
		p.retired("view", err)
		return
	}
	p.ok(err)
	p.equal("time of a view", v.Time(), shown)
	p.views = append(p.views, v)
	text, err = whole(p.b.Context(), v)
	p.ok(err)
	want := empty()
	if shown != 0 {
		want = p.state[shown]
	}
	p.equal(fmt.Sprint("view of ", at), text, want)
}

func (p *past) retired(what string, err error) {
	var r *graph.RetiredError
	if !errors.Is(err, graph.ErrRetired) || !errors.As(err, &r) || r.Since != p.since || r.Env != p.env {
		p.r.Fatalf("%s: %v, want ErrRetired since %s", what, err, p.since)
	}
}

// retain moves the horizon and drops some of the times kept so far.
func (p *past) retain() {
	keep := graph.Keep{Since: max(p.time("since"), p.since, p.times[0])}
	since, _ := p.shown(keep.Since)
	var kept []graph.Time
	for _, t := range p.times {
		if _, ok := p.shown(t); ok && t < since && rapid.Bool().Draw(p.r, "keep") {
			keep.Times = append(keep.Times, t)
			kept = append(kept, t)
		}
	}
	keep.DryRun = true
	counted, err := p.b.Retain(p.b.Context(), p.env, keep)
	p.ok(err)
	keep.DryRun = false
	dropped, err := p.b.Retain(p.b.Context(), p.env, keep)
	p.ok(err)
	p.equal("counted and dropped", counted, dropped)
	if p.since != 0 || since > p.times[0] {
		p.since, p.kept = since, kept
	}
	again, err := p.b.Retain(p.b.Context(), p.env, keep)
	p.ok(err)
	p.equal("the same once more", again, graph.Retired{})
	known, err := p.b.Retained(p.env)
	p.ok(err)
	p.equal("retained", fmt.Sprint(known.Since, known.Times, known.Pending), fmt.Sprint(p.since, p.kept, false))
}

// refused asks for what cannot be.
func (p *past) refused() {
	if p.since == 0 {
		return
	}
	var bad *graph.InvalidError
	if _, err := p.b.Retain(p.b.Context(), p.env, graph.Keep{Since: p.since - 1}); !errors.As(err, &bad) {
		p.r.Fatalf("a horizon that moves back: %v", err)
	}
	for _, t := range p.times {
		if _, ok := p.shown(t); !ok {
			_, err := p.b.Retain(p.b.Context(), p.env, graph.Keep{Since: p.times[len(p.times)-1], Times: []graph.Time{t}})
			p.retired("keeping a retired time", err)
		}
	}
}

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

// steps is how many steps the test makes at least; CALIPSO_MODEL_STEPS sets it.
func steps(t *testing.T) int {
	text := os.Getenv("CALIPSO_MODEL_STEPS")
	if text == "" {
		return 1
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("CALIPSO_MODEL_STEPS: %v", err)
	}
	return n
}

// testRetention mixes commits, retention, reopening and reads of every kind.
func testRetention(t *testing.T, e Engine) {
	b := e.start(t)
	b.opt.BatchBytes = 8 << 10
	b.reopen()
	round, done := 0, 0
	for want := steps(t); done < want && !t.Failed(); {
		rapid.Check(t, func(r *rapid.T) {
			round++
			p := &past{b: b, r: r, env: graph.EnvID(fmt.Sprint("past-", round)), state: map[graph.Time]naive{}, log: map[graph.Time]string{}}
			for range rapid.IntRange(1, 40).Draw(r, "steps") {
				done++
				step := rapid.IntRange(0, 19).Draw(r, "step")
				switch {
				case step < 8 || len(p.times) == 0:
					p.commit(batch(r))
				case step < 12:
					p.read()
				case step < 14:
					p.compare()
				case step < 16:
					p.histories()
				case step < 19:
					p.retain()
				default:
					p.refused()
				}
			}
			if len(p.times) == 0 {
				return
			}
			if rapid.IntRange(0, 9).Draw(r, "reopen") == 0 {
				b.reopen()
				p.views = p.views[:0]
			}
			p.forgetAll()
			p.ok(b.RemoveEnv(t.Context(), p.env, cause))
		})
	}
	t.Logf("%d steps", done)
}
