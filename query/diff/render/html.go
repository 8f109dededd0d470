package render

import (
	"cmp"
	_ "embed"
	"html/template"
	"io"
	"maps"
	"slices"
	"time"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/query/diff"
	"calipso/query/paper"
)

//go:embed report.html
var reportHTML string

//go:embed report.css
var reportCSS string

var style = paper.NewStyle(reportCSS)

var page = template.Must(template.New("report").Funcs(template.FuncMap{
	"moment": moment,
	"short":  short,
	"cut":    func(s string) string { return cut(s, 400) },
	"word":   word,
	"style":  style.CSS,
}).Parse(reportHTML))

// ContentPolicy is the Content-Security-Policy under which the HTML works: its
// own style sheet and nothing else.
func ContentPolicy() string { return style.ContentPolicy() }

// typeCount is a line of the page's table of counts.
type typeCount struct {
	Type string
	diff.Counts
}

// writeHTML writes one page that needs no other file and runs no script.
func writeHTML(w io.Writer, r *diff.Report, opt Options) error {
	rows := rowsOf(r)
	return page.Execute(w, map[string]any{
		"Report": r, "Sections": allSections(r, opt.Group), "Group": string(opt.Group), "Commits": commitsOf(dated(rows)), "When": span(r.From, r.To),
		"Heading": heading(r), "About": about(r), "Between": commits(r),
		"Objects": counts(r.Summary.ObjectTypes), "Links": counts(r.Summary.LinkTypes),
	})
}

// commitsOf are the last commits that touched what the rows are about, oldest
// first.
func commitsOf(rows []row) []row {
	list := slices.Clone(rows)
	slices.SortStableFunc(list, func(a, b row) int { return cmp.Compare(a.Time, b.Time) })
	return slices.CompactFunc(list, func(a, b row) bool { return a.Time == b.Time })
}

func counts[K ~string](m map[K]diff.Counts) []typeCount {
	var out []typeCount
	for _, t := range slices.Sorted(maps.Keys(m)) {
		out = append(out, typeCount{word(string(t)), m[t]})
	}
	return out
}

// short is a time without its zone; nothing for none.
func short(t graph.Time) string {
	if t == graph.Now {
		return ""
	}
	return t.Std().Format(time.DateTime)
}

// word is a type as people call it.
func word(t string) string {
	if v, ok := catalog.VertexTypeOf(graph.VertexType(t)); ok {
		return v.Name
	}
	return t
}
