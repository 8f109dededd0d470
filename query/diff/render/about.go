package render

import (
	"slices"
	"strings"

	"calipso/graph"
	"calipso/query/diff"
)

// opNeighbour is a row about something outside the scope of a report.
const opNeighbour = "neighbour"

// heading names what is compared.
func heading(r *diff.Report) string {
	if r.ToEnv != "" {
		return string(r.Env) + " and " + string(r.ToEnv)
	}
	return string(r.Env)
}

// about says what a report is restricted to and by what it was made.
func about(r *diff.Report) []string {
	var out []string
	if r.Scope != "" {
		out = append(out, "within scope "+r.Scope+" and its cliques")
	}
	if r.Partner != nil {
		out = append(out, "compared with snapshot "+r.Partner.Snapshot+" ("+r.Partner.Kind+")")
	}
	if r.Rules != "" {
		out = append(out, "by rules "+r.Rules)
	}
	return out
}

// neighbourRows are what came outside the scope and shares something with it.
func neighbourRows(r *diff.Report) []row {
	var out []row
	for _, n := range r.SharedNeighbours {
		w := objectRow(opNeighbour, n.Object)
		var uses []string
		for _, s := range n.Shares {
			uses = append(uses, string(s.Type)+" "+s.Name)
		}
		w.Where = "shares " + strings.Join(uses, ", ")
		if n.With > 0 {
			w.Where += ", came with " + plural(n.With, "other object")
		}
		out = append(out, w)
	}
	return out
}

// allSections are the sections of a page: the differences, then the neighbours.
func allSections(r *diff.Report, by Group) []section {
	out := sections(rowsOf(r), by)
	if rows := neighbourRows(r); len(rows) > 0 {
		out = append(out, section{Title: "Shared neighbours", Rows: rows})
	}
	return out
}

// dated leaves rows that tell of a commit: between two environments there are
// none.
func dated(rows []row) []row {
	return slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.Time == graph.Now })
}
