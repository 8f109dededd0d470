package health

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/query"
	"calipso/query/paper"
)

// Write writes a report. Errors: *graph.InvalidError for a format that there is
// not, those of w.
func Write(w io.Writer, f paper.Format, r *Report) error {
	switch f {
	case paper.JSON:
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	case paper.CSV:
		return WriteCSV(w, r)
	}
	return paper.Write(w, f, r.Paper())
}

// Lead says in one line how things stand.
func (r *Report) Lead() string {
	return "instances: " + r.Totals.Text() + "; services: " + r.ServiceTotals.Text()
}

// Paper is the report as people read it: the worst first.
func (r *Report) Paper() *paper.Paper {
	p := &paper.Paper{Title: "Health of " + string(r.Env), Lead: r.Lead(), Time: r.At.Std(), Facts: []paper.Fact{{Name: "as of", Value: paper.Moment(r.At)}}}
	if r.Scope != "" {
		p.Title += ", scope " + r.Scope
	}
	if r.Baseline != graph.Now {
		p.Facts = append(p.Facts, paper.Fact{Name: "expected", Value: "the instances of " + paper.Moment(r.Baseline)})
	}
	p.Facts = append(p.Facts, paper.Fact{Name: "rules", Value: "version " + r.Rules})
	p.Parts = r.Parts()
	return p
}

// Parts are the tables of the report.
func (r *Report) Parts() []paper.Part {
	var out []paper.Part
	if len(r.Warnings) > 0 {
		w := paper.Part{Title: "Not known", Note: "These sources did not answer; what they state is shown as last known.", Columns: []paper.Column{{Name: "part", Share: 2}, {Name: "why", Share: 5}}}
		for _, f := range r.Warnings {
			w.Rows = append(w.Rows, paper.Row{Cells: []string{f.Part, f.Error}, Tone: paper.Warn})
		}
		out = append(out, w)
	}
	out = append(out, r.instancePart(), r.servicePart())
	for _, g := range []struct {
		by   string
		list []Group
	}{{"host", r.Hosts}, {"project", r.Projects}, {"network", r.Networks}} {
		if len(g.list) > 0 {
			out = append(out, groupPart(g.by, g.list))
		}
	}
	return out
}

func (r *Report) instancePart() paper.Part {
	p := paper.Part{Title: "Instances", Columns: []paper.Column{
		{Name: "status", Share: 3}, {Name: "name", Share: 5}, {Name: "host", Share: 3}, {Name: "zone", Share: 2}, {Name: "project", Share: 3}, {Name: "networks", Share: 4},
		{Name: "path to the physical NIC", Share: 11}, {Name: "why", Share: 7},
	}}
	if r.Totals.All() == 0 {
		p.Note = "There are none."
	} else if r.Listed < r.Totals.All() {
		p.Note = fmt.Sprintf("The worst %d of %d are listed.", r.Listed, r.Totals.All())
	}
	for _, i := range byStatus(r.Instances, func(i Instance) Level { return i.Status }) {
		var paths []string
		for _, v := range i.VNICs {
			paths = append(paths, v.text())
		}
		p.Rows = append(p.Rows, paper.Row{Tone: i.Status.Tone(), Cells: []string{
			i.Status.Text(), i.Name, i.Host, i.Zone, i.Project, strings.Join(names(i.Networks), "\n"), strings.Join(paths, "\n"), strings.Join(i.Reasons, "\n"),
		}})
	}
	return p
}

func (v VNIC) text() string {
	if !v.Connected {
		return v.Name + " → none"
	}
	var out []string
	for _, h := range v.Path {
		out = append(out, h.Name)
	}
	return strings.Join(out, " → ")
}

func (r *Report) servicePart() paper.Part {
	p := paper.Part{Title: "Services", Columns: []paper.Column{{Name: "status", Share: 2}, {Name: "type", Share: 3}, {Name: "name", Share: 6}, {Name: "host", Share: 3}, {Name: "why", Share: 8}}}
	if len(r.Services) == 0 {
		p.Note = "There are none."
	}
	for _, s := range byStatus(r.Services, func(s Service) Level { return s.Status }) {
		p.Rows = append(p.Rows, paper.Row{Tone: s.Status.Tone(), Cells: []string{s.Status.Text(), Word(s.Type), s.Name, s.Host, strings.Join(s.Reasons, "\n")}})
	}
	return p
}

func groupPart(by string, list []Group) paper.Part {
	p := paper.Part{Title: "By " + by, Columns: []paper.Column{
		{Name: by, Share: 4}, {Name: "OK", Number: true}, {Name: "Warning", Number: true}, {Name: "Error", Number: true}, {Name: "unknown", Number: true}, {Name: "not found", Number: true},
	}}
	for _, g := range list {
		t := g.Totals
		row := paper.Row{Cells: []string{g.Name}}
		for _, n := range []int{t.OK, t.Warning, t.Error, t.Unknown, t.NotFound} {
			text := ""
			if n > 0 {
				text = fmt.Sprint(n)
			}
			row.Cells = append(row.Cells, text)
		}
		if l := t.Level(); l != OK {
			row.Tone = l.Tone()
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

// Tone is how a level looks.
func (l Level) Tone() paper.Tone {
	switch l {
	case OK:
		return paper.Good
	case Warning:
		return paper.Warn
	case Error, NotFound:
		return paper.Bad
	}
	return paper.Doubt
}

// Word is a type as people call it.
func Word(t graph.VertexType) string {
	if v, ok := catalog.VertexTypeOf(t); ok {
		return v.Name
	}
	return string(t)
}

// byStatus puts the worst first and keeps the order of equals.
func byStatus[T any](list []T, level func(T) Level) []T {
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b T) int { return level(b).rank() - level(a).rank() })
	return out
}

func names(refs []query.Ref) []string {
	var out []string
	for _, r := range refs {
		out = append(out, r.Name)
	}
	return out
}

// WriteCSV writes a line for each vNIC of an instance, for each service, and for
// each part of a scan that had failed.
func WriteCSV(w io.Writer, r *Report) error {
	c := csv.NewWriter(w)
	lines := [][]string{{"kind", "type", "id", "name", "status", "why", "host", "zone", "project", "networks", "vnic", "mac_address", "connected", "path"}}
	for _, i := range r.Instances {
		line := []string{"instance", string(i.Type), string(i.ID), i.Name, string(i.Status), strings.Join(i.Reasons, "; "), i.Host, i.Zone, i.Project, strings.Join(names(i.Networks), " "), "", "", "", ""}
		if len(i.VNICs) == 0 {
			lines = append(lines, line)
		}
		for _, v := range i.VNICs {
			of := slices.Clone(line)
			path := make([]string, len(v.Path))
			for n, h := range v.Path {
				path[n] = h.Name
			}
			of[10], of[11], of[12], of[13] = v.Name, v.MAC, fmt.Sprint(v.Connected), strings.Join(path, " → ")
			lines = append(lines, of)
		}
	}
	for _, s := range r.Services {
		lines = append(lines, []string{"service", string(s.Type), string(s.ID), s.Name, string(s.Status), strings.Join(s.Reasons, "; "), s.Host, "", "", "", "", "", "", ""})
	}
	for _, f := range r.Warnings {
		lines = append(lines, []string{"warning", "", f.Part, "", string(Unknown), f.Error, "", "", "", "", "", "", "", ""})
	}
	for _, l := range lines {
		for i := range l {
			l[i] = paper.Harmless(l[i])
		}
	}
	return c.WriteAll(lines)
}
