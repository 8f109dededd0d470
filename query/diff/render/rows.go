package render

import (
	"cmp"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/graph/fields"
	"calipso/query"
	"calipso/query/diff"
)

// The operations of a row, in the order in which reports show them.
const (
	opMoved       = "moved"
	opAdded       = "added"
	opRemoved     = "removed"
	opChanged     = "changed"
	opStatus      = "status"
	opUnconfirmed = "unconfirmed"
	opReplaced    = "replaced" // in cliques: another took its place
)

// marks stand for operations before a line of text.
var marks = map[string]string{opMoved: ">", opAdded: "+", opRemoved: "-", opChanged: "~", opStatus: "!", opUnconfirmed: "?", opReplaced: "≠", opNeighbour: "&"}

// row is one difference as people read it.
type row struct {
	Op, Kind string // kind: "object" or "link"
	Type, ID string
	Name     string
	Where    string // of a move: from → to
	Host     string
	// HostBefore is the host before a move, else the same.
	HostBefore string
	Project    string
	Networks   []string
	Fields     []fields.Change
	Time       graph.Time
	Cause      string
	Source     query.Ref // of a link
	Target     query.Ref
}

// Mark is the operation as one character.
func (r row) Mark() string { return marks[r.Op] }

// Changes are the fields as people read them.
func (r row) Changes() []change { return changesOf(r.Fields) }

// section is a heading and what stands under it.
type section struct {
	Title string
	Rows  []row
}

// HasFields tells whether any row of the section lists fields.
func (s section) HasFields() bool {
	return slices.ContainsFunc(s.Rows, func(r row) bool { return len(r.Fields) > 0 })
}

func rowsOf(r *diff.Report) []row {
	var out []row
	for _, l := range []struct {
		op   string
		list []diff.Object
	}{
		{opMoved, r.Objects.Moved}, {opAdded, r.Objects.Added}, {opRemoved, r.Objects.Removed}, {opChanged, r.Objects.Changed},
		{opStatus, r.Status.Objects}, {opUnconfirmed, r.Objects.Unconfirmed},
	} {
		for _, o := range l.list {
			out = append(out, objectRow(l.op, o))
		}
	}
	for _, l := range []struct {
		op   string
		list []diff.Link
	}{
		{opMoved, r.Links.Moved}, {opAdded, r.Links.Added}, {opRemoved, r.Links.Removed}, {opChanged, r.Links.Changed},
		{opStatus, r.Status.Links}, {opUnconfirmed, r.Links.Unconfirmed},
	} {
		for _, k := range l.list {
			out = append(out, linkRow(l.op, k))
		}
	}
	return out
}

func objectRow(op string, o diff.Object) row {
	w := row{
		Op: op, Kind: "object", Type: string(o.Type), ID: string(o.ID), Name: o.Name, Where: o.Host, Host: o.Host, HostBefore: o.Host, Project: o.Project,
		Networks: names(o.Networks), Fields: o.Fields, Time: o.Time, Cause: causeText(o.Cause),
	}
	if o.From != nil && o.To != nil {
		from, to := o.From.Host, o.To.Host
		w.HostBefore = from
		if from == to {
			from, to = cmp.Or(o.From.ParentName, string(o.From.Parent), "the top"), cmp.Or(o.To.ParentName, string(o.To.Parent), "the top")
		}
		if from == to {
			from, to = string(o.From.ID), string(o.To.ID)
		}
		w.Where = from + " → " + to
	}
	return w
}

func linkRow(op string, l diff.Link) row {
	w := row{
		Op: op, Kind: "link", Type: string(l.Type), ID: string(l.Source.ID) + " → " + string(l.Target.ID), Name: l.Source.Name + " → " + l.Target.Name,
		Where: l.Host, Host: l.Host, HostBefore: l.Host, Project: l.Project, Networks: names(l.Networks), Fields: l.Fields, Time: l.Time, Cause: causeText(l.Cause),
		Source: l.Source, Target: l.Target,
	}
	if op == opMoved && l.Was != nil {
		w.Where = "was " + string(l.Was.Source) + " → " + string(l.Was.Target)
	}
	return w
}

func names(refs []query.Ref) []string {
	var out []string
	for _, r := range refs {
		out = append(out, r.Name)
	}
	return out
}

func causeText(c graph.Cause) string {
	text := string(c.Kind)
	if c.ID != "" {
		text += " " + c.ID
	}
	if c.Who != "" {
		text += " by " + c.Who
	}
	return text
}

// titles are the sections of a report that is not grouped.
var titles = map[string]string{
	"object " + opMoved: "Moved", "object " + opAdded: "Added", "object " + opRemoved: "Removed", "object " + opChanged: "Changed",
	"object " + opStatus: "Status", "object " + opUnconfirmed: "Not seen, not confirmed",
	"link " + opMoved: "Links moved", "link " + opAdded: "Links added", "link " + opRemoved: "Links removed", "link " + opChanged: "Links changed",
	"link " + opStatus: "Status of links", "link " + opUnconfirmed: "Links not seen, not confirmed",
}

// sections parts the rows by what happened, or by a group: then each row stands
// in every group that it belongs to, and what belongs to none comes last.
func sections(rows []row, by Group) []section {
	var out []section
	index := map[string]int{}
	put := func(title string, r row) {
		i, ok := index[title]
		if !ok {
			i = len(out)
			index[title] = i
			out = append(out, section{Title: title})
		}
		out[i].Rows = append(out[i].Rows, r)
	}
	for _, r := range rows {
		switch by {
		case ByHost:
			put(r.Host, r)
			if r.HostBefore != r.Host {
				put(r.HostBefore, r)
			}
		case ByProject:
			put(r.Project, r)
		case ByNetwork:
			for _, n := range r.Networks {
				put(n, r)
			}
			if len(r.Networks) == 0 {
				put("", r)
			}
		default:
			put(titles[r.Kind+" "+r.Op], r)
		}
	}
	if by == "" {
		return out
	}
	slices.SortStableFunc(out, func(a, b section) int {
		if (a.Title == "") != (b.Title == "") {
			return strings.Compare(b.Title, a.Title)
		}
		return strings.Compare(a.Title, b.Title)
	})
	for i, s := range out {
		out[i].Title = string(by) + " " + s.Title
		if s.Title == "" {
			out[i].Title = "no " + string(by)
		}
	}
	return out
}
