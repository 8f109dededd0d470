package render

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"calipso/query/diff"
)

// writeText writes for terminals: one line for each difference, and below it
// the fields that changed.
func writeText(out io.Writer, r *diff.Report, opt Options) error {
	w := bufio.NewWriter(out)
	when := span(r.From, r.To)
	fmt.Fprintf(w, "%s: %s → %s%s\n%s\n", clean(heading(r)), when[0], when[1], commits(r), headline(r))
	if lines := about(r); len(lines) > 0 {
		fmt.Fprintln(w, clean(strings.Join(lines, ", ")))
	}
	for _, s := range allSections(r, opt.Group) {
		fmt.Fprintf(w, "\n%s (%d)\n", clean(s.Title), len(s.Rows))
		wide := widths(s.Rows)
		for _, l := range s.Rows {
			line := fmt.Sprintf("%s %-*s  %-*s  %s", l.Mark(), wide[0], l.Type, wide[1], clean(l.Name), clean(place(l)))
			fmt.Fprintln(w, strings.TrimRight(line, " "))
			for _, f := range l.Changes() {
				fmt.Fprintf(w, "    %s: %s\n", f.Field, f.text())
			}
		}
	}
	if len(r.Warnings) > 0 {
		fmt.Fprintf(w, "\nNot known (%d): these sources did not answer, so what they state is as last known\n", len(r.Warnings))
		for _, x := range r.Warnings {
			fmt.Fprintf(w, "* %s, %s: %s\n", moment(x.Time), clean(x.Part), clean(x.Error))
		}
	}
	return w.Flush()
}

// commits says how many there were in between.
func commits(r *diff.Report) string {
	if r.ToEnv != "" {
		return ""
	}
	return ", " + plural(r.Summary.Commits, "commit")
}

// place says where something is: host or move, project, networks.
func place(l row) string {
	var parts []string
	for _, p := range []string{l.Where, l.Project} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if l.Kind == "object" && l.Type != "network" && len(l.Networks) > 0 {
		parts = append(parts, cut(strings.Join(l.Networks, ", "), 60))
	}
	return strings.Join(parts, " · ")
}

// widths are those of the columns type and name, within reason.
func widths(rows []row) (wide [2]int) {
	for _, l := range rows {
		wide[0] = min(max(wide[0], len([]rune(l.Type))), 28)
		wide[1] = min(max(wide[1], len([]rune(l.Name))), 48)
	}
	return wide
}
