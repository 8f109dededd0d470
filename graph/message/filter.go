package message

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"calipso/graph"
)

// Filter chooses messages; what is empty chooses all.
type Filter struct {
	IDs        []string // of documents, or the writers' own
	doc        string   // of this document alone
	Levels     []string // levels, or groups of them
	Sources    []string
	Object     string
	ObjectType string
	Origin     string    // id of a scan
	From, To   time.Time // both inclusive
	Viewed     *bool
	Text       string // part of the text, whatever the case
}

// Only chooses one message.
func Only(m *Message) Filter { return Filter{doc: m.Doc} }

// Empty tells that the filter chooses everything.
func (f Filter) Empty() bool {
	return len(f.IDs)+len(f.Levels)+len(f.Sources) == 0 && f.doc == "" && f.Object == "" && f.ObjectType == "" && f.Origin == "" &&
		f.From.IsZero() && f.To.IsZero() && f.Viewed == nil && f.Text == ""
}

// Validate says which level there is none of, and whether time runs backwards.
//
// Errors: *graph.InvalidError.
func (f Filter) Validate() error {
	var wrong []graph.FieldError
	for _, l := range f.Levels {
		if !slices.Contains(Levels(), l) && !slices.Contains(groups, l) {
			wrong = append(wrong, graph.FieldError{Field: "level", Reason: fmt.Sprintf("%q is none of %s; warning is warn and notice", l, strings.Join(append(Levels(), "warning"), ", "))})
		}
	}
	if !f.From.IsZero() && !f.To.IsZero() && f.To.Before(f.From) {
		wrong = append(wrong, graph.FieldError{Field: "to", Reason: "is before from"})
	}
	if len(wrong) > 0 {
		return &graph.InvalidError{What: "filter", Fields: wrong}
	}
	return nil
}

// groups are names of groups that are no level; error and info, which are, mean
// the level.
var groups = []string{"warning"}

func (f Filter) has(m *Message) bool {
	switch {
	case f.doc != "" && f.doc != m.Doc,
		len(f.IDs) > 0 && !slices.Contains(f.IDs, m.Doc) && !slices.Contains(f.IDs, m.ID),
		len(f.Levels) > 0 && !slices.Contains(f.Levels, m.Level) && !slices.ContainsFunc(f.Levels, func(l string) bool { return slices.Contains(groups, l) && Group(m.Level) == l }),
		len(f.Sources) > 0 && !slices.Contains(f.Sources, m.Source),
		f.Object != "" && f.Object != m.Object && f.Object != m.Context,
		f.ObjectType != "" && f.ObjectType != m.ObjectType,
		f.Origin != "" && f.Origin != m.OriginID,
		!f.From.IsZero() && m.Time.Before(f.From),
		!f.To.IsZero() && m.Time.After(f.To),
		f.Viewed != nil && *f.Viewed != m.Viewed:
		return false
	}
	return f.Text == "" || strings.Contains(strings.ToLower(m.Line()), strings.ToLower(f.Text))
}
