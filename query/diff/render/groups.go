package render

import (
	"strings"

	"calipso/graph"
	"calipso/query/diff"
)

// Grouped is a report as JSON, with its differences by host, project or
// network.
type Grouped struct {
	diff.Report
	GroupedBy Group        `json:"grouped_by,omitempty"`
	Groups    []Difference `json:"groups,omitempty"`
}

// Difference lists what differs of one group.
type Difference struct {
	// Name is that of the host, project or network; empty: what belongs to none.
	Name  string  `json:"name"`
	Items []Entry `json:"items"`
}

// Entry names one difference, which stands in full in the lists of the report.
type Entry struct {
	What string   `json:"what"` // moved, added, removed, changed, status, unconfirmed
	Kind string   `json:"kind"` // object or link
	Type string   `json:"type"`
	ID   graph.ID `json:"id,omitempty"` // of an object
	// Source and Target are ids, of a link.
	Source graph.ID `json:"source_id,omitempty"`
	Target graph.ID `json:"target_id,omitempty"`
	Name   string   `json:"name"`
}

// grouped is the report with its groups, if any are asked for.
func grouped(r *diff.Report, by Group) Grouped {
	out := Grouped{Report: *r, GroupedBy: by}
	if by == "" {
		return out
	}
	out.Groups = []Difference{}
	for _, s := range sections(rowsOf(r), by) {
		name, found := strings.CutPrefix(s.Title, string(by)+" ")
		if !found {
			name = "" // "no host"
		}
		g := Difference{Name: name, Items: []Entry{}}
		for _, w := range s.Rows {
			e := Entry{What: w.Op, Kind: w.Kind, Type: w.Type, Name: w.Name}
			if w.Kind == "link" {
				e.Source, e.Target = w.Source.ID, w.Target.ID
			} else {
				e.ID = graph.ID(w.ID)
			}
			g.Items = append(g.Items, e)
		}
		out.Groups = append(out.Groups, g)
	}
	return out
}
