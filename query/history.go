package query

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"iter"

	"calipso/graph"
	"calipso/graph/fields"
)

// HistoryRequest asks what became of an object in time.
type HistoryRequest struct {
	Env    graph.EnvID
	ID     graph.ID
	Limit  int    // entries; 0: DefaultLimit, at most MaxLimit
	Cursor string // NextCursor of the answer before
}

// History is one page of an object's history, newest first.
type History struct {
	Items []HistoryEntry `json:"items"`
	// NextCursor asks for what was before; empty: nothing was.
	NextCursor string `json:"next_cursor,omitempty"`
	// Total counts all entries; TotalExact is false if there are more.
	Total      int  `json:"total"`
	TotalExact bool `json:"total_exact"`
	// Since is from when on every change is here, if retention dropped earlier
	// ones: an entry before it may sum up several, and what it says was added may
	// have been there longer.
	Since graph.Time `json:"complete_since,omitempty"`
}

// HistoryEntry is what one commit did to an object.
type HistoryEntry struct {
	Time  graph.Time  `json:"time"`
	Cause graph.Cause `json:"cause"`
	// Op is Changed also if only links of the object changed.
	Op graph.Op `json:"operation"`
	// Fields are those of the object that differ; of one added all it came with,
	// of one removed all it had.
	Fields []fields.Change `json:"fields"`
	// Gained, Lost and Altered are links of the object that came, went and
	// differ, at most maxHistoryLinks of each; LinksTotal counts them all.
	Gained     []HistoryLink `json:"links_gained"`
	Lost       []HistoryLink `json:"links_lost"`
	Altered    []HistoryLink `json:"links_changed"`
	LinksTotal int           `json:"links_total"`
}

// HistoryLink is a link of an object in its history.
type HistoryLink struct {
	Type graph.EdgeType `json:"link_type"`
	Name string         `json:"link_name"`
	// Direction is Out if the link starts at the object.
	Direction Direction `json:"direction"`
	// Peer is the object at the other end, as it was; only its id if nothing
	// else is known any more.
	Peer Ref `json:"peer"`
	// Fields are those that differ, of a link that stayed.
	Fields []fields.Change `json:"fields,omitempty"`
}

const (
	// maxHistoryLinks bounds the links told of in one entry: the first scan may
	// give a network a hundred thousand.
	maxHistoryLinks = 100
	// maxHistoryCount bounds the entries that are counted beyond the page.
	maxHistoryCount = 1000
)

// History answers with the history of an object, also of one that is gone. Its
// cost follows from the object's own versions and those of its links, not from
// the log.
//
// Errors: graph.ErrNotFound if there never was such an object,
// *graph.InvalidError for paging.
func (s *Service) History(ctx context.Context, q HistoryRequest) (*History, error) {
	limit, err := within("history", "limit", q.Limit, DefaultLimit, MaxLimit)
	if err != nil {
		return nil, err
	}
	from := historyMark{}
	if q.Cursor != "" {
		if from, err = readHistoryMark(q.Cursor); err != nil {
			return nil, err
		}
	}
	v, err := s.view(ctx, At{Env: q.Env})
	if err != nil {
		return nil, err
	}
	// One time for both sides: a commit made meanwhile is in neither.
	at := v.Time()
	if from.Before != 0 {
		at = graph.Time(from.Before)
	}
	r := s.retrace(ctx, q.Env, q.ID, at)
	defer r.close()
	h := &History{Items: []HistoryEntry{}, Total: from.Total, TotalExact: !from.More}
	known, err := s.store.Retained(q.Env)
	if err != nil {
		return nil, err
	}
	h.Since = known.Since
	for len(h.Items) < limit {
		e, err := r.next(ctx)
		if err != nil {
			return nil, err
		}
		if e == nil {
			break
		}
		if err := s.describe(ctx, q, e); err != nil {
			return nil, err
		}
		h.Items = append(h.Items, e.HistoryEntry)
	}
	more := r.more()
	if from.Before == 0 { // later pages have the number from their cursor
		h.Total = len(h.Items)
		for r.more() && h.Total < len(h.Items)+maxHistoryCount {
			if _, err := r.next(ctx); err != nil {
				return nil, err
			}
			h.Total++
		}
		h.TotalExact = !r.more()
	}
	if more {
		last := h.Items[len(h.Items)-1].Time
		h.NextCursor = historyMark{Before: int64(last - 1), Total: h.Total, More: !h.TotalExact}.cursor()
	}
	return h, nil
}

// historyMark is what a cursor of a history holds.
type historyMark struct {
	Before int64 `json:"t"` // the time from which to go back; 0: now
	Total  int   `json:"n"`
	More   bool  `json:"m,omitempty"` // there are more than Total
}

func (m historyMark) cursor() string {
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // numbers only
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func readHistoryMark(text string) (m historyMark, err error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	if err != nil || m.Before <= 0 || m.Total < 0 {
		return m, invalid("history", "cursor", "is none that this list gave out")
	}
	return m, nil
}

// historyStep is one entry with the links that it has to tell of.
type historyStep struct {
	HistoryEntry
	links []graph.EdgeStep
}

// retracing goes back through the versions of an object and of its links side
// by side.
type retracing struct {
	vertex *pulled[graph.Version]
	links  *pulled[graph.EdgeStep]
}

func (s *Service) retrace(ctx context.Context, env graph.EnvID, id graph.ID, at graph.Time) *retracing {
	return &retracing{
		vertex: pull(func(yield func(graph.Version, error) bool) {
			for v, err := range s.store.History(ctx, env, id) {
				if err == nil && at != graph.Now && v.Time > at {
					continue
				}
				if !yield(v, err) {
					return
				}
			}
		}),
		links: pull(s.store.LinksHistory(ctx, env, id, at)),
	}
}

func (r *retracing) close() {
	r.vertex.stop()
	r.links.stop()
}

// more tells whether there is another entry, or an error.
func (r *retracing) more() bool { return r.vertex.there || r.links.there }

// next is the next entry back in time; nil: there is none.
func (r *retracing) next(ctx context.Context) (*historyStep, error) {
	if err := cmp.Or(r.vertex.err, r.links.err, ctx.Err()); err != nil {
		return nil, err
	}
	if !r.more() {
		return nil, nil
	}
	e := &historyStep{}
	v, l := r.vertex.head, r.links.head
	if r.vertex.there && (!r.links.there || v.Time >= l.Time) {
		e.Time, e.Cause = v.Time, v.Cause
	} else {
		e.Time, e.Cause = l.Time, l.Cause
	}
	e.Op, e.Fields = graph.Changed, []fields.Change{}
	if r.vertex.there && v.Time == e.Time {
		r.vertex.advance()
		if r.vertex.err != nil {
			return nil, r.vertex.err
		}
		var old *graph.Vertex
		if r.vertex.there {
			old = r.vertex.head.Vertex
		}
		switch {
		case v.Vertex == nil:
			e.Op = graph.Removed
		case old == nil:
			e.Op = graph.Added
		}
		e.Fields = append(e.Fields, fields.Diff(old, v.Vertex)...)
	}
	for r.links.there && r.links.err == nil && r.links.head.Time == e.Time {
		e.links = append(e.links, r.links.head)
		r.links.advance()
	}
	return e, r.links.err
}

// describe puts the links of an entry into words.
func (s *Service) describe(ctx context.Context, q HistoryRequest, e *historyStep) error {
	e.Gained, e.Lost, e.Altered = []HistoryLink{}, []HistoryLink{}, []HistoryLink{}
	e.LinksTotal = len(e.links)
	peers := peers{s: s, env: q.Env, at: e.Time, known: map[graph.ID]Ref{}}
	for _, step := range e.links {
		list, edge := &e.Altered, step.New
		switch {
		case step.Old == nil:
			list = &e.Gained
		case step.New == nil:
			list, edge = &e.Lost, step.Old
		}
		if len(*list) == maxHistoryLinks {
			continue
		}
		l := HistoryLink{Type: step.Key.Type, Name: edge.Name, Direction: Out}
		peer := step.Key.To
		if peer == q.ID && step.Key.From != q.ID {
			l.Direction, peer = In, step.Key.From
		}
		var err error
		if l.Peer, err = peers.ref(ctx, peer); err != nil {
			return err
		}
		if step.Old != nil && step.New != nil {
			l.Fields = fields.DiffEdge(step.Old, step.New)
		}
		*list = append(*list, l)
	}
	return nil
}

// pulled is an iterator with its next value looked at already.
type pulled[T any] struct {
	next  func() (T, error, bool)
	stop  func()
	head  T
	there bool // head is a value; with err set it is none
	err   error
}

func pull[T any](seq iter.Seq2[T, error]) *pulled[T] {
	p := &pulled[T]{}
	p.next, p.stop = iter.Pull2(seq)
	p.advance()
	return p
}

func (p *pulled[T]) advance() { p.head, p.err, p.there = p.next() }
