package render

import (
	"encoding/csv"
	"io"
	"strings"

	"calipso/graph"
	"calipso/query/diff"
	"calipso/query/paper"
)

// writeCSV writes a line for each difference, and for each field of it.
func writeCSV(w io.Writer, r *diff.Report) error {
	c := csv.NewWriter(w)
	lines := [][]string{{"kind", "what", "type", "id", "name", "source", "target", "host", "moved", "project", "networks", "field", "old", "new", "time", "cause"}}
	for _, l := range append(rowsOf(r), neighbourRows(r)...) {
		move, when := "", ""
		if l.Op == opMoved || l.Op == opNeighbour {
			move = l.Where
		}
		if l.Time != graph.Now {
			when = l.Time.String()
		}
		line := []string{
			l.Kind, l.Op, l.Type, l.ID, l.Name, string(l.Source.ID), string(l.Target.ID), l.Host, move, l.Project, strings.Join(l.Networks, " "),
			"", "", "", when, l.Cause,
		}
		if len(l.Fields) == 0 {
			lines = append(lines, line)
		}
		for _, f := range l.Fields {
			of := append([]string(nil), line...)
			of[11], of[12], of[13] = f.Field, cell(f.Old), cell(f.New)
			lines = append(lines, of)
		}
	}
	for _, l := range lines {
		for i := range l {
			l[i] = harmless(l[i])
		}
	}
	return c.WriteAll(lines)
}

func cell(v any) string {
	if v == "" {
		return ""
	}
	return value(v)
}

func harmless(s string) string { return paper.Harmless(s) }
