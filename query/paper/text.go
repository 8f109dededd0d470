package paper

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// widest is how many characters a column of text has at most; what is longer
// goes over the edge of its column.
const widest = 56

// writeText writes for terminals.
func writeText(out io.Writer, p *Paper) error {
	w := bufio.NewWriter(out)
	fmt.Fprintln(w, Clean(p.Title))
	if p.Lead != "" {
		fmt.Fprintln(w, Clean(p.Lead))
	}
	wide := 0
	for _, f := range p.Facts {
		wide = max(wide, len([]rune(f.Name)))
	}
	for _, f := range p.Facts {
		fmt.Fprintf(w, "%-*s  %s\n", wide, f.Name, Clean(f.Value))
	}
	for line := range strings.Lines(p.Text) {
		fmt.Fprintf(w, "| %s\n", Clean(strings.TrimRight(line, "\r\n")))
	}
	for _, part := range p.Parts {
		fmt.Fprintf(w, "\n%s", Clean(part.Title))
		if len(part.Rows) > 0 {
			fmt.Fprintf(w, " (%d)", len(part.Rows))
		}
		fmt.Fprintln(w)
		if part.Note != "" {
			fmt.Fprintln(w, Clean(part.Note))
		}
		textTable(w, part)
	}
	return w.Flush()
}

func textTable(w *bufio.Writer, part Part) {
	if len(part.Rows) == 0 {
		return
	}
	wide := make([]int, len(part.Columns))
	each := func(f func(col int, text string)) {
		for i, c := range part.Columns {
			f(i, c.Name)
		}
		for _, r := range part.Rows {
			for i := range part.Columns {
				for line := range strings.SplitSeq(r.cell(i), "\n") {
					f(i, line)
				}
			}
		}
	}
	each(func(col int, text string) { wide[col] = min(max(wide[col], len([]rune(Clean(text)))), widest) })
	head := Row{}
	for _, c := range part.Columns {
		head.Cells = append(head.Cells, c.Name)
	}
	for _, r := range append([]Row{head}, part.Rows...) {
		lines := make([][]string, len(part.Columns))
		high := 1
		for i := range part.Columns {
			lines[i] = strings.Split(r.cell(i), "\n")
			high = max(high, len(lines[i]))
		}
		for n := range high {
			var b strings.Builder
			for i, c := range part.Columns {
				text := ""
				if n < len(lines[i]) {
					text = Clean(lines[i][n])
				}
				if c.Number {
					fmt.Fprintf(&b, "%*s  ", wide[i], text)
				} else {
					fmt.Fprintf(&b, "%-*s  ", wide[i], text)
				}
			}
			fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
		}
	}
}

// cell is the text of a column, empty where the row has none.
func (r Row) cell(i int) string {
	if i < len(r.Cells) {
		return r.Cells[i]
	}
	return ""
}
