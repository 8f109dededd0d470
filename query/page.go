package query

import (
	"encoding/base64"
	"encoding/json"

	"calipso/graph"
)

// The limits of lists.
const (
	DefaultLimit = 100
	MaxLimit     = 1000
)

// Page is one part of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	// NextCursor asks for the part after this one; empty: there is none.
	NextCursor string `json:"next_cursor,omitempty"`
	// Total counts the whole list.
	Total int `json:"total"`
}

// Paging says which part of a list is wanted. Later parts are read from the
// graph as it was when the first was, whatever is committed meanwhile.
type Paging struct {
	Limit  int    // 0: DefaultLimit; at most MaxLimit
	Cursor string // NextCursor of the part before
}

// mark is what a cursor holds: the time of the view, and the place of the last
// item, in whatever way the list is ordered.
type mark struct {
	Time  graph.Time `json:"-"`
	Nanos int64      `json:"t"`
	Num   uint32     `json:"n,omitempty"` // of a vertex
	Index int        `json:"i,omitempty"` // position in a list, or among the arcs of a vertex
}

func (m mark) cursor() string {
	m.Nanos = int64(m.Time)
	b, err := json.Marshal(m)
	if err != nil {
		panic(err) // numbers only
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// start checks the paging of a list; the time of a view that a cursor brings
// replaces that of the question.
func (p *Paging) start(question string, at *At) (m mark, err error) {
	if p.Limit, err = within(question, "limit", p.Limit, DefaultLimit, MaxLimit); err != nil || p.Cursor == "" {
		return m, err
	}
	b, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	if err != nil || m.Nanos <= 0 || m.Index < 0 {
		return m, invalid(question, "cursor", "is none that this list gave out")
	}
	m.Time = graph.Time(m.Nanos)
	at.Time = m.Time
	return m, nil
}

// cut makes a page of a whole list.
func cut[T, U any](list []T, p Paging, from mark, at graph.Time, f func([]T) ([]U, error)) (*Page[U], error) {
	first := min(from.Index, len(list))
	last := min(first+p.Limit, len(list))
	items, err := f(list[first:last])
	if err != nil {
		return nil, err
	}
	page := &Page[U]{Items: items, Total: len(list)}
	if last < len(list) {
		page.NextCursor = mark{Time: at, Index: last}.cursor()
	}
	return page, nil
}
