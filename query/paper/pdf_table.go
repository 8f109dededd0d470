package paper

import "strings"

// tallest is how many lines of a row fit on a page, below the heads.
const tallest = 41

// table writes a table; its heads stand on each page again.
func (s *sheet) table(p Part) {
	wide := shares(p.Columns)
	s.heads(p.Columns, wide)
	for _, r := range p.Rows {
		s.font("", 8, ink)
		cells := make([][]string, len(p.Columns))
		high := 1
		for i := range p.Columns {
			for part := range strings.SplitSeq(r.cell(i), "\n") {
				cells[i] = append(cells[i], s.wrap(part, wide[i]-2*cellPad)...)
			}
			high = max(high, len(cells[i]))
		}
		// A row that no page holds is cut into pieces of one page each.
		for from := 0; from < high; {
			n := min(high-from, tallest)
			if s.room(float64(n)*lineHeight + 1) {
				s.heads(p.Columns, wide)
			}
			s.row(p.Columns, wide, cells, from, n, r.Tone)
			from += n
		}
	}
}

func (s *sheet) heads(columns []Column, wide []float64) {
	s.font("B", 8, dim)
	x, y := margin, s.GetY()
	for i, c := range columns {
		s.SetXY(x+cellPad, y)
		s.CellFormat(wide[i]-2*cellPad, 5, s.glyphs.show(Clean(c.Name)), "", 0, align(c), false, 0, "")
		x += wide[i]
	}
	s.rule(y + 5.2)
}

func (s *sheet) row(columns []Column, wide []float64, cells [][]string, from, n int, tone Tone) {
	x, y := margin, s.GetY()
	for i, c := range columns {
		s.font("", 8, ink)
		if i == 0 && tone != "" {
			s.font("B", 8, colours[tone])
		}
		for l := range n {
			if from+l >= len(cells[i]) {
				break
			}
			s.SetXY(x+cellPad, y+float64(l)*lineHeight)
			s.CellFormat(wide[i]-2*cellPad, lineHeight, cells[i][from+l], "", 0, align(c), false, 0, "")
		}
		x += wide[i]
	}
	s.rule(y + float64(n)*lineHeight + 0.4)
}

// rule draws a line and goes on below it.
func (s *sheet) rule(y float64) {
	s.SetDrawColor(217, 222, 230)
	s.SetLineWidth(0.2)
	s.Line(margin, y, margin+textWidth, y)
	s.SetXY(margin, y+0.4)
}

func align(c Column) string {
	if c.Number {
		return "R"
	}
	return "L"
}

// shares are the widths of columns.
func shares(columns []Column) []float64 {
	all := 0
	for _, c := range columns {
		all += max(c.Share, 1)
	}
	out := make([]float64, len(columns))
	for i, c := range columns {
		out[i] = textWidth * float64(max(c.Share, 1)) / float64(all)
	}
	return out
}
