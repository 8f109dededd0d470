package main

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"
)

// table writes rows for people, one table a size.
func table(rows []*Row) []byte {
	var out bytes.Buffer
	for _, size := range sizeNames {
		var of []*Row
		for _, r := range rows {
			if r.Size == size {
				of = append(of, r)
			}
		}
		if len(of) > 0 {
			tableOf(&out, size, of)
		}
	}
	return out.Bytes()
}

func tableOf(out *bytes.Buffer, size string, rows []*Row) {
	last := rows[0]
	for _, r := range rows {
		if r.Date.After(last.Date) {
			last = r
		}
	}
	fmt.Fprintf(out, "size %s (about %d objects), commit %s\n%s, %s, load %s, %s\n\n", size, sizes()[size], last.Commit, last.Machine, last.Go, last.Load, last.Date.Format("2006-01-02 15:04Z"))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "row\twhat\tours\tlimit\tof\tratio\tgoal\theld")
	fmt.Fprintln(w, "---\t----\t----\t-----\t--\t-----\t----\t----")
	for _, r := range rows {
		ours, limit, ratio := quantity(r.Ours, r.Unit), "", ""
		if r.Missing != "" {
			ours = "missing"
		}
		if r.Limit != 0 {
			limit = quantity(r.Limit, r.Unit)
		}
		if r.Ratio != 0 {
			ratio = fmt.Sprintf("%.3g", r.Ratio)
		}
		held := ""
		if r.Held != nil {
			held = map[bool]string{true: "yes", false: "NO"}[*r.Held]
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Group+"/"+r.Name, r.What, ours, limit, r.Of, ratio, r.Goal, held)
	}
	_ = w.Flush() // into memory
	notes := false
	for _, r := range rows {
		text := r.Note
		if r.Missing != "" {
			text = strings.TrimPrefix(text+"; missing: "+r.Missing, "; ")
		}
		if text == "" {
			continue
		}
		if !notes {
			fmt.Fprintln(out)
			notes = true
		}
		fmt.Fprintf(out, "%s: %s\n", r.Group+"/"+r.Name, text)
	}
	fmt.Fprintf(out, "\n%s\n\n", verdict(rows))
}

// verdict counts goals held.
func verdict(rows []*Row) string {
	held, all := 0, 0
	var not []string
	for _, r := range rows {
		if r.Held == nil {
			continue
		}
		all++
		if *r.Held {
			held++
		} else {
			not = append(not, r.Group+"/"+r.Name)
		}
	}
	text := fmt.Sprintf("%d of %d goals held", held, all)
	if len(not) > 0 {
		text += "; not: " + strings.Join(not, ", ")
	}
	return text
}

// line is a row as progress shows it.
func line(r *Row) string {
	if r.Missing != "" {
		return fmt.Sprintf("%-22s missing: %s", r.Group+"/"+r.Name, r.Missing)
	}
	text := fmt.Sprintf("%-22s %10s", r.Group+"/"+r.Name, quantity(r.Ours, r.Unit))
	if r.Limit != 0 {
		text += fmt.Sprintf("  of %s %s", r.Of, quantity(r.Limit, r.Unit))
	}
	if r.Ratio != 0 {
		text += fmt.Sprintf("  ratio %.3g", r.Ratio)
	}
	if r.Held != nil {
		text += "  goal " + r.Goal + map[bool]string{true: "  held", false: "  NOT HELD"}[*r.Held]
	}
	return text
}
