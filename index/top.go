package index

import (
	"cmp"
	"container/heap"
	"encoding/base64"
	"encoding/json"
	"strings"

	"calipso/graph"
)

// place is where an object stands among the hits.
type place struct {
	R    uint8            `json:"r"`           // the rank as a number
	Gone bool             `json:"g,omitempty"` // through all time: no longer there
	From graph.Time       `json:"f,omitempty"` // through all time: when it had the text
	To   graph.Time       `json:"u,omitempty"`
	Env  graph.EnvID      `json:"e"`
	Type graph.VertexType `json:"t"`
	ID   graph.ID         `json:"i"`
}

func (p place) cursor() string {
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // texts and numbers
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// compare orders hits: by rank; through all time what is there before what is
// gone, and the newest first; then by names.
func compare(a, b place) int {
	return cmp.Or(cmp.Compare(a.R, b.R), compareBool(a.Gone, b.Gone),
		cmp.Compare(lasting(b.To), lasting(a.To)), cmp.Compare(b.From, a.From),
		cmp.Compare(a.Env, b.Env), cmp.Compare(a.Type, b.Type), cmp.Compare(a.ID, b.ID))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// lasting sorts what has not ended behind every end.
func lasting(to graph.Time) uint64 { return uint64(to) - 1 }

// found is an object that matches, with the document in which it does.
type found struct {
	place
	packed string
	live   bool
}

// own copies the texts out of what Bleve lent.
func (f found) own() found {
	f.Env, f.Type = graph.EnvID(strings.Clone(string(f.Env))), graph.VertexType(strings.Clone(string(f.Type)))
	f.ID, f.packed = graph.ID(strings.Clone(string(f.ID))), strings.Clone(f.packed)
	return f
}

// top keeps the best of all that are offered: a heap with the worst on top.
type top struct {
	limit int
	after *place
	total int
	more  bool // some had to be left out
	kept  []found
}

func (t *top) Len() int           { return len(t.kept) }
func (t *top) Less(i, j int) bool { return compare(t.kept[i].place, t.kept[j].place) > 0 }
func (t *top) Swap(i, j int)      { t.kept[i], t.kept[j] = t.kept[j], t.kept[i] }
func (t *top) Push(v any)         { t.kept = append(t.kept, v.(found)) }
func (t *top) Pop() any {
	last := t.kept[len(t.kept)-1]
	t.kept = t.kept[:len(t.kept)-1]
	return last
}

// offer counts an object and keeps it if it is among the best.
func (t *top) offer(f found) {
	t.total++
	if t.after != nil && compare(f.place, *t.after) <= 0 {
		return
	}
	if len(t.kept) == t.limit {
		t.more = true
		if compare(f.place, t.kept[0].place) >= 0 {
			return
		}
		heap.Pop(t)
	}
	heap.Push(t, f.own())
}
