package report

import (
	"fmt"
	"strconv"
	"strings"

	"calipso/query/diff/render"
	"calipso/query/health"
	"calipso/query/paper"
)

// parts are the tables of a weekly report: in short, what changed, how things
// stand, what could not be read.
func (w *WeeklyReport) parts(r *Report) []paper.Part {
	out := []paper.Part{w.short(r)}
	if w.Diff != nil {
		for _, p := range render.Parts(w.Diff, render.Options{Group: render.Group(r.Inputs.Group)}) {
			p.Title = "Changes: " + p.Title
			out = append(out, p)
		}
	}
	for _, p := range w.Health.Parts() {
		p.Title = "Health: " + p.Title
		out = append(out, p)
	}
	return append(out, w.scansPart())
}

// short sets the totals beside those of the week before.
func (w *WeeklyReport) short(r *Report) paper.Part {
	p := paper.Part{Title: "In short", Note: w.Note, Columns: []paper.Column{{Name: "", Share: 4}, {Name: "now", Number: true}, {Name: "before", Number: true}, {Name: "trend", Number: true}}}
	if w.Note == "" && w.Diff != nil && w.Diff.Empty() {
		p.Note = "Nothing changed."
	}
	var before Figures
	if w.Trend != nil {
		before = w.Trend.Totals
	}
	line := func(name string, now int, old *int) {
		row := paper.Row{Cells: []string{name, strconv.Itoa(now), "", ""}}
		if old != nil {
			row.Cells[2] = strconv.Itoa(*old)
			if now != *old {
				row.Cells[3] = fmt.Sprintf("%+d", now-*old)
			}
		}
		p.Rows = append(p.Rows, row)
	}
	if n := r.Totals.Differences; n != nil {
		line("differences", *n, before.Differences)
	}
	for _, t := range []struct {
		what        string
		now, before *health.Totals
	}{{"instances", r.Totals.Instances, before.Instances}, {"services", r.Totals.Services, before.Services}} {
		for _, l := range []struct {
			name string
			of   func(*health.Totals) int
		}{
			{"", (*health.Totals).All}, {" OK", func(t *health.Totals) int { return t.OK }}, {" with warnings", func(t *health.Totals) int { return t.Warning }},
			{" in error", func(t *health.Totals) int { return t.Error }}, {" unknown", func(t *health.Totals) int { return t.Unknown }}, {" not found", func(t *health.Totals) int { return t.NotFound }},
		} {
			var old *int
			if t.before != nil {
				n := l.of(t.before)
				old = &n
			}
			if now := l.of(t.now); now > 0 || l.name == "" || old != nil && *old > 0 {
				line(t.what+l.name, now, old)
			}
		}
	}
	return p
}

func (w *WeeklyReport) scansPart() paper.Part {
	p := paper.Part{Title: "What scans could not read", Columns: []paper.Column{{Name: "scan ended", Share: 3}, {Name: "status", Share: 3}, {Name: "part", Share: 4}, {Name: "why", Share: 9}}}
	p.Note = fmt.Sprintf("%s ended in this time, %d of them not completely.", paper.Plural(w.Scans, "scan"), len(w.Failed))
	for _, f := range w.Failed {
		row := func(part, why string) {
			p.Rows = append(p.Rows, paper.Row{Tone: paper.Warn, Cells: []string{paper.When(f.Ended), strings.ReplaceAll(f.Status, "_", " "), part, why}})
		}
		if f.Error != "" || len(f.Parts) == 0 {
			row("all", f.Error)
		}
		for _, x := range f.Parts {
			row(x.Part, x.Error)
		}
	}
	return p
}
