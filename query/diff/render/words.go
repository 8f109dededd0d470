package render

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"calipso/graph"
	"calipso/graph/fields"
	"calipso/query/diff"
	"calipso/query/paper"
)

// value is an attribute value in one line. Control characters, which a terminal
// might obey, become spaces.
func value(v any) string {
	s, isText := v.(string)
	switch {
	case v == nil:
		return ""
	case s == "" && isText:
		return `""`
	case !isText:
		b, err := json.Marshal(v)
		if err != nil {
			return err.Error()
		}
		s = string(b)
	}
	return clean(s)
}

func clean(s string) string { return paper.Clean(s) }

// cut shortens a long text.
func cut(s string, most int) string { return paper.Cut(s, most) }

// moment is a time as people read it.
func moment(t graph.Time) string { return paper.Moment(t) }

// span is two times as people read them, with as much of a second as it takes
// to tell them apart.
func span(from, to graph.Time) [2]string {
	a, b := from.Std(), to.Std()
	layout := time.DateTime
	if d := b.Sub(a).Abs(); d > 0 && d < time.Minute {
		layout += ".000"
	}
	return [2]string{a.Format(layout) + " UTC", b.Format(layout) + " UTC"}
}

// change is a field as people read it: what an element of a list holds that came
// or went is left out, since the name of the element tells.
type change struct {
	Field    string
	Old, New string // empty: there was none, there is none
	Word     string // instead of both: "added" or "removed"
}

func changesOf(list []fields.Change) []change {
	var out []change
	for _, f := range list {
		c := change{Field: clean(f.Field)}
		switch {
		case f.Old == nil && whole(f.New):
			c.Word = opAdded
		case f.New == nil && whole(f.Old):
			c.Word = opRemoved
		default:
			c.Old, c.New = value(f.Old), value(f.New)
		}
		out = append(out, c)
	}
	return out
}

func whole(v any) bool {
	_, ok := v.(map[string]any)
	return ok
}

// text is the change after the field's name.
func (c change) text() string {
	if c.Word != "" {
		return c.Word
	}
	return cut(cmp.Or(c.Old, "none"), 100) + " → " + cut(cmp.Or(c.New, "none"), 100)
}

// headline says in one line what differs.
func headline(r *diff.Report) string {
	if r.Empty() {
		return "no differences"
	}
	return strings.Join(append(parts("object", r.Summary.Objects), parts("link", r.Summary.Links)...), ", ")
}

func parts(what string, c diff.Counts) []string {
	var out []string
	for _, p := range []struct {
		n    int
		text string
	}{{c.Moved, "moved"}, {c.Added, "added"}, {c.Removed, "removed"}, {c.Changed, "changed"}, {c.Status, "in another status"}} {
		if p.n == 0 {
			continue
		}
		out = append(out, fmt.Sprintf("%s %s", plural(p.n, what), p.text))
	}
	return out
}

func plural(n int, what string) string { return paper.Plural(n, what) }
