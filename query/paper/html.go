package paper

import (
	_ "embed"
	"html/template"
	"io"
	"strings"
)

//go:embed paper.html
var paperHTML string

//go:embed paper.css
var paperCSS string

var style = NewStyle(paperCSS)

var page = template.Must(template.New("paper").Funcs(template.FuncMap{
	"style": style.CSS,
	"lines": func(s string) []string { return strings.Split(s, "\n") },
}).Parse(paperHTML))

// ContentPolicy is the Content-Security-Policy under which the HTML works: its
// own style sheet and nothing else.
func ContentPolicy() string { return style.ContentPolicy() }

// writeHTML writes one page that needs no other file and runs no script.
func writeHTML(w io.Writer, p *Paper) error {
	return page.Execute(w, p)
}

// Table is a row as its columns show it.
func (p Part) Table() [][]Cell {
	out := make([][]Cell, len(p.Rows))
	for i, r := range p.Rows {
		for c, col := range p.Columns {
			cell := Cell{Lines: strings.Split(r.cell(c), "\n"), Number: col.Number}
			if c == 0 {
				cell.Tone = r.Tone
			}
			out[i] = append(out[i], cell)
		}
	}
	return out
}

// Cell is one cell of a table.
type Cell struct {
	Lines  []string
	Number bool
	Tone   Tone
}
