package render

import (
	"strings"
	"time"

	"calipso/query/diff"
	"calipso/query/paper"
)

// tones are how operations look.
var tones = map[string]paper.Tone{
	opMoved: paper.Notable, opAdded: paper.Good, opRemoved: paper.Bad, opChanged: paper.Warn, opStatus: paper.Notable, opUnconfirmed: paper.Doubt, opReplaced: paper.Warn,
}

// Paper is a report as it is printed.
func Paper(r *diff.Report, opt Options) *paper.Paper {
	when := span(r.From, r.To)
	p := &paper.Paper{
		Title: "What changed in " + string(r.Env), Lead: Lead(r), Time: r.To.Std(),
		Facts: []paper.Fact{{Name: "from", Value: when[0]}, {Name: "to", Value: when[1]}, {Name: "commits", Value: plural(r.Summary.Commits, "commit")}},
		Parts: Parts(r, opt),
	}
	if opt.Group != "" {
		p.Facts = append(p.Facts, paper.Fact{Name: "grouped by", Value: string(opt.Group)})
	}
	return p
}

// Lead says in one line what differs.
func Lead(r *diff.Report) string { return headline(r) }

// Parts are the tables of a report.
func Parts(r *diff.Report, opt Options) []paper.Part {
	var out []paper.Part
	if len(r.Warnings) > 0 {
		p := paper.Part{
			Title: "Not known", Note: "These sources did not answer; what they state is as last known, and nothing of it counts as removed.",
			Columns: []paper.Column{{Name: "when", Share: 3}, {Name: "part", Share: 4}, {Name: "why", Share: 10}},
		}
		for _, w := range r.Warnings {
			p.Rows = append(p.Rows, paper.Row{Cells: []string{moment(w.Time), w.Part, w.Error}, Tone: paper.Warn})
		}
		out = append(out, p)
	}
	rows := rowsOf(r)
	for _, s := range sections(rows, opt.Group) {
		p := paper.Part{Title: s.Title, Columns: []paper.Column{
			{Name: "what", Share: 3}, {Name: "type", Share: 3}, {Name: "name", Share: 7}, {Name: "where", Share: 5}, {Name: "project, network", Share: 4}, {Name: "fields", Share: 10}, {Name: "when (UTC)", Share: 4},
		}}
		for _, l := range s.Rows {
			in := []string{l.Project}
			if l.Kind == "object" && l.Type != "network" {
				in = append(in, l.Networks...)
			}
			p.Rows = append(p.Rows, paper.Row{Tone: tones[l.Op], Cells: []string{
				l.Op, word(l.Type), l.Name, l.Where, strings.TrimSpace(strings.Join(in, "\n")), fieldLines(l), l.Time.Std().Format(time.DateTime),
			}})
		}
		out = append(out, p)
	}
	return append(out, commitParts(rows)...)
}

// fieldLines are the fields of a row, one a line.
func fieldLines(l row) string {
	var out []string
	for _, c := range l.Changes() {
		out = append(out, c.Field+": "+c.text())
	}
	return strings.Join(out, "\n")
}

// commitParts says by what it changed.
func commitParts(rows []row) []paper.Part {
	p := paper.Part{Title: "By what", Columns: []paper.Column{{Name: "when (UTC)"}, {Name: "by", Share: 6}}}
	for _, c := range commitsOf(rows) {
		p.Rows = append(p.Rows, paper.Row{Cells: []string{c.Time.Std().Format(time.DateTime), c.Cause}})
	}
	if len(p.Rows) == 0 {
		return nil
	}
	return []paper.Part{p}
}

// CliquePaper is the comparison of two cliques as it is printed.
func CliquePaper(r *diff.CliqueReport) *paper.Paper {
	when := span(r.From, r.To)
	p := &paper.Paper{
		Title: "How the clique of " + r.FocalPoint.Name + " changed", Lead: cliqueHeadline(r), Time: r.To.Std(),
		Facts: []paper.Fact{
			{Name: "environment", Value: string(r.Env)}, {Name: "focal point", Value: word(string(r.FocalPoint.Type)) + " " + r.FocalPoint.Name + " (" + string(r.FocalPoint.ID) + ")"},
			{Name: "from", Value: when[0]}, {Name: "to", Value: when[1]},
		},
	}
	side := paper.Part{Title: "Side by side", Columns: []paper.Column{{Name: "what", Share: 2}, {Name: "type", Share: 3}, {Name: when[0], Share: 8}, {Name: when[1], Share: 8}}}
	for _, l := range cliqueLines(r) {
		side.Rows = append(side.Rows, paper.Row{Cells: []string{l.Op, word(l.Type), l.Old, l.New}, Tone: tones[l.Op]})
	}
	p.Parts = append(p.Parts, side)
	rows := reasonRows(r)
	if len(rows) == 0 {
		return p
	}
	why := paper.Part{Title: "Why", Columns: []paper.Column{{Name: "what", Share: 2}, {Name: "type", Share: 3}, {Name: "name", Share: 6}, {Name: "fields", Share: 9}, {Name: "when (UTC)", Share: 4}}}
	for _, l := range rows {
		why.Rows = append(why.Rows, paper.Row{Cells: []string{l.Op, word(l.Type), l.Name, fieldLines(l), l.Time.Std().Format(time.DateTime)}, Tone: tones[l.Op]})
	}
	p.Parts = append(append(p.Parts, why), commitParts(rows)...)
	return p
}

// CliqueLead says in one line how two cliques differ.
func CliqueLead(r *diff.CliqueReport) string { return cliqueHeadline(r) }
