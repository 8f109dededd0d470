package paper

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
)

//go:embed paper.html
var paperHTML string

//go:embed paper.css
var paperCSS string

var page = template.Must(template.New("paper").Funcs(template.FuncMap{
	"style": func() template.CSS { return template.CSS(paperCSS) },
	"lines": func(s string) []string { return strings.Split(s, "\n") },
}).Parse(paperHTML))

// ContentPolicy is the Content-Security-Policy under which the HTML works: its
// own style sheet and nothing else.
func ContentPolicy() string {
	sum := sha256.Sum256([]byte(paperCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

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
