package paper

import (
	"encoding/csv"
	"io"
	"strings"
)

// writeCSV writes all tables one after the other: the first column names the
// part, and each part begins with its own heads.
func writeCSV(w io.Writer, p *Paper) error {
	c := csv.NewWriter(w)
	lines := [][]string{{"part", "name", "value"}, {"Report", "title", p.Title}, {"Report", "result", p.Lead}}
	for _, f := range p.Facts {
		lines = append(lines, []string{"Report", f.Name, f.Value})
	}
	if p.Text != "" {
		lines = append(lines, []string{"Report", "text", p.Text})
	}
	for _, part := range p.Parts {
		if part.Note != "" {
			lines = append(lines, []string{part.Title, "note", part.Note})
		}
		if len(part.Rows) == 0 {
			continue
		}
		head := []string{"part"}
		for _, col := range part.Columns {
			head = append(head, col.Name)
		}
		lines = append(lines, head)
		for _, r := range part.Rows {
			line := []string{part.Title}
			for i := range part.Columns {
				line = append(line, strings.ReplaceAll(r.cell(i), "\n", "; "))
			}
			lines = append(lines, line)
		}
	}
	for _, l := range lines {
		for i := range l {
			l[i] = Harmless(l[i])
		}
	}
	return c.WriteAll(lines)
}
