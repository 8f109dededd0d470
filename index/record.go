package index

import (
	"cmp"
	"slices"

	"calipso/graph"
)

// span is the time during which an object had a text: from one commit up to,
// not including, another. to is 0 while it has it.
type span struct {
	from, to graph.Time
	// loose spans are several with gaps between them, taken together.
	loose bool
}

// covers tells whether a time lies in the span.
func (s span) covers(at graph.Time) bool { return s.from <= at && (s.to == 0 || at < s.to) }

// entry is a text with the times at which an object had it, oldest first.
type entry struct {
	text
	spans []span
}

// What is remembered of one object's past: an object whose texts keep changing
// must not grow for ever.
const (
	maxSpans = 16   // of one text; the closest ones are taken together
	maxPast  = 2000 // texts it had; those that ended first are forgotten
)

// record is what the index knows of one object: its texts of now and of before.
// It follows from the object's versions alone, whether they are folded in one
// by one as they are made or all at once from the store.
type record struct {
	typ  graph.VertexType
	name string
	seen graph.Time // of the last version folded in
	live bool
	// now are the texts it has, in the order of the table; past those it has
	// no longer, which with a span more may be among now again.
	now, past []entry
}

// fold adds the next version of an object; one that is in already is passed
// over.
func (r *record) fold(v graph.Version) {
	if v.Time <= r.seen {
		return
	}
	r.seen, r.live = v.Time, v.Vertex != nil
	var texts []text
	if r.live {
		r.typ, r.name = v.Vertex.Type, v.Vertex.Text()
		texts = extract(v.Vertex)
	}
	now := make([]entry, 0, len(texts))
	for _, t := range texts {
		e := entry{t, []span{{from: v.Time}}}
		if i := holding(r.now, t); i >= 0 {
			e.spans = r.now[i].spans
			r.now[i].spans = nil // goes on
		}
		now = append(now, e)
	}
	for _, e := range r.now {
		if len(e.spans) > 0 {
			e.spans[0].to = v.Time
			r.ended(e)
		}
	}
	r.now = now
	if len(r.past) > maxPast {
		r.past = r.past[len(r.past)-maxPast:]
	}
}

// ended adds a text to those that the object has no longer, which are in the
// order in which they ended.
func (r *record) ended(e entry) {
	if i := holding(r.past, e.text); i >= 0 {
		e.spans = append(r.past[i].spans, e.spans...)
		r.past = slices.Delete(r.past, i, i+1)
	}
	for len(e.spans) > maxSpans {
		e.spans = joinClosest(e.spans)
	}
	r.past = append(r.past, e)
}

// joinClosest takes the two spans together between which the gap is smallest.
func joinClosest(spans []span) []span {
	best := 0
	for i := 1; i < len(spans)-1; i++ {
		if spans[i+1].from-spans[i].to < spans[best+1].from-spans[best].to {
			best = i
		}
	}
	a, b := &spans[best], spans[best+1]
	a.loose = a.loose || b.loose || a.to < b.from
	a.to = b.to
	return slices.Delete(spans, best+1, best+2)
}

func holding(list []entry, t text) int {
	return slices.IndexFunc(list, func(e entry) bool { return e.text == t })
}

// recordOf folds all versions of an object up to a time, given newest first.
func recordOf(versions []graph.Version, at graph.Time) *record {
	r := &record{}
	r.foldAll(versions, at)
	return r
}

func (r *record) foldAll(versions []graph.Version, at graph.Time) {
	for _, v := range slices.Backward(versions) {
		if v.Time <= at {
			r.fold(v)
		}
	}
}

// last is the newest span of an entry.
func (e *entry) last() span { return e.spans[len(e.spans)-1] }

// at is the span of an entry that covers a time.
func (e *entry) at(t graph.Time) (span, bool) {
	i, found := slices.BinarySearchFunc(e.spans, t, func(s span, t graph.Time) int { return cmp.Compare(s.from, t) })
	if !found {
		i--
	}
	if i < 0 || !e.spans[i].covers(t) {
		return span{}, false
	}
	return e.spans[i], true
}
