package render

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"calipso/query/diff"
	"calipso/query/paper"
)

// WriteClique writes the comparison of two cliques. Errors: as Write.
func WriteClique(w io.Writer, f Format, r *diff.CliqueReport) error {
	switch f {
	case FormatJSON:
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	case FormatText:
		return writeCliqueText(w, r)
	case FormatCSV:
		return writeCliqueCSV(w, r)
	case FormatHTML:
		reasons := reasonRows(r)
		return page.ExecuteTemplate(w, "clique", map[string]any{
			"Report": r, "Headline": cliqueHeadline(r), "Lines": cliqueLines(r), "Reasons": reasons, "Commits": commitsOf(reasons), "When": span(r.From, r.To),
		})
	}
	return paper.Write(w, f, CliquePaper(r))
}

// line is an object or a link on both sides; empty text: it is not there.
type line struct {
	Op, Kind, Type string
	Old, New       string
	OldID, NewID   string
}

// Mark is the operation as one character, a blank for what is the same.
func (l line) Mark() string {
	if l.Op == "" {
		return " "
	}
	return marks[l.Op]
}

func cliqueLines(r *diff.CliqueReport) []line {
	var out []line
	for _, n := range r.Nodes {
		l := line{Op: n.Op, Kind: "object"}
		if n.Old != nil {
			l.Type, l.Old, l.OldID = string(n.Old.Type), nodeText(n.Old), string(n.Old.ID)
		}
		if n.New != nil {
			l.Type, l.New, l.NewID = string(n.New.Type), nodeText(n.New), string(n.New.ID)
		}
		out = append(out, l)
	}
	for _, k := range r.Links {
		l := line{Op: k.Op, Kind: "link"}
		if k.Old != nil {
			l.Type, l.Old = string(k.Old.Type), linkText(k.Old)
			l.OldID = string(k.Old.Source.ID) + " → " + string(k.Old.Target.ID)
		}
		if k.New != nil {
			l.Type, l.New = string(k.New.Type), linkText(k.New)
			l.NewID = string(k.New.Source.ID) + " → " + string(k.New.Target.ID)
		}
		out = append(out, l)
	}
	return paired(out)
}

// paired puts what left the chain and what took its place on one line: the first
// of the same type.
func paired(lines []line) []line {
	var out []line
	taken := make([]bool, len(lines))
	for i, l := range lines {
		if taken[i] {
			continue
		}
		if l.Op == opRemoved || l.Op == opAdded {
			for j := i + 1; j < len(lines); j++ {
				m := lines[j]
				if taken[j] || m.Type != l.Type || m.Op == l.Op || m.Op != opRemoved && m.Op != opAdded {
					continue
				}
				taken[j] = true
				if l.Op == opAdded {
					l, m = m, l
				}
				l.Op, l.New, l.NewID = opReplaced, m.New, m.NewID
				break
			}
		}
		out = append(out, l)
	}
	return out
}

func nodeText(n *diff.CliqueNode) string {
	s := n.Name
	if n.Host != "" && n.Host != n.Name {
		s += " on " + n.Host
	}
	if n.Stale {
		s += " (stale)"
	}
	return s
}

func linkText(l *diff.CliqueLink) string {
	s := l.Source.Name + " → " + l.Target.Name
	if l.State == "down" {
		s += " DOWN"
	}
	return s
}

// reasonRows are the reasons as people read them.
func reasonRows(r *diff.CliqueReport) []row {
	var out []row
	for _, x := range r.Reasons {
		w := row{Op: x.Op, Time: x.Time, Cause: causeText(x.Cause), Fields: x.Fields}
		switch {
		case x.Object != nil:
			w.Kind, w.Type, w.Name = "object", string(x.Object.Type), x.Object.Name
		case x.Link != nil:
			w.Kind, w.Type, w.Name = "link", string(x.Link.Type), x.Link.Source.Name+" → "+x.Link.Target.Name
		}
		out = append(out, w)
	}
	return out
}

func cliqueHeadline(r *diff.CliqueReport) string {
	if r.Empty() {
		return "both are the same"
	}
	var n, l int
	for _, p := range r.Nodes {
		n += min(len(p.Op), 1)
	}
	for _, p := range r.Links {
		l += min(len(p.Op), 1)
	}
	text := plural(n, "object") + " and " + plural(l, "link") + " differ"
	switch {
	case r.OldType == "":
		text += "; it was not there before"
	case r.NewType == "":
		text += "; it is not there any more"
	case r.OldType != r.NewType:
		text += "; the clique type was " + r.OldType + " and is " + r.NewType
	}
	return text
}

func writeCliqueText(out io.Writer, r *diff.CliqueReport) error {
	w := bufio.NewWriter(out)
	when := span(r.From, r.To)
	fmt.Fprintf(w, "clique of %s %s in %s: %s → %s\n%s\n\n", r.FocalPoint.Type, clean(r.FocalPoint.Name), clean(string(r.Env)), when[0], when[1], cliqueHeadline(r))
	lines := cliqueLines(r)
	wide := [2]int{}
	for _, l := range lines {
		wide[0], wide[1] = max(wide[0], len(l.Type)), max(wide[1], len([]rune(l.Old)))
	}
	wide[1] = min(wide[1], 60)
	for _, l := range lines {
		text := fmt.Sprintf("%s %-*s  %-*s  %s", l.Mark(), wide[0], l.Type, wide[1], cut(clean(l.Old), 60), cut(clean(l.New), 60))
		fmt.Fprintln(w, strings.TrimRight(text, " "))
	}
	if rows := reasonRows(r); len(rows) > 0 {
		fmt.Fprintf(w, "\nWhy\n")
		for _, x := range rows {
			fmt.Fprintf(w, "%s %s (%s): %s %s %s\n", x.Mark(), moment(x.Time), clean(x.Cause), x.Type, clean(x.Name), x.Op)
			for _, f := range x.Changes() {
				fmt.Fprintf(w, "    %s: %s\n", f.Field, f.text())
			}
		}
	}
	return w.Flush()
}

func writeCliqueCSV(w io.Writer, r *diff.CliqueReport) error {
	c := csv.NewWriter(w)
	lines := [][]string{{"kind", "what", "type", "old_id", "old", "new_id", "new"}}
	for _, l := range cliqueLines(r) {
		lines = append(lines, []string{l.Kind, l.Op, l.Type, l.OldID, l.Old, l.NewID, l.New})
	}
	for _, l := range lines {
		for i := range l {
			l[i] = harmless(l[i])
		}
	}
	return c.WriteAll(lines)
}
