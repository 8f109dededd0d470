package paper

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// The page is A4 across; all in millimetres.
const (
	pageWidth, pageHeight = 297.0, 210.0
	margin                = 12.0
	textWidth             = pageWidth - 2*margin
	lowest                = pageHeight - margin - 4 // the page's number stands below
	lineHeight            = 4.2
	cellPad               = 1.2
)

// sheet is a PDF file that is being written.
type sheet struct {
	*fpdf.Fpdf
	glyphs *glyphs
	title  string
}

// writePDF writes a PDF file with its fonts inside. Its only dates are those of
// the paper, so that the same paper gives the same bytes.
func writePDF(w io.Writer, p *Paper) error {
	g, err := readGlyphs()
	if err != nil {
		return err
	}
	s := &sheet{Fpdf: fpdf.New("L", "mm", "A4", ""), glyphs: g, title: p.Title}
	s.SetCatalogSort(true)
	s.SetCreationDate(p.Time.UTC())
	s.SetModificationDate(p.Time.UTC())
	s.SetProducer("Calipso", true)
	s.SetTitle(Clean(p.Title), true)
	s.SetLang("en")
	s.SetMargins(margin, margin, margin)
	s.SetAutoPageBreak(false, margin)
	s.SetCellMargin(0)
	s.AddUTF8FontFromBytes("go", "", goregular.TTF)
	s.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	const pages = "{pages}"
	s.AliasNbPages(pages)
	s.SetFooterFunc(func() {
		s.font("", 7.5, dim)
		s.SetXY(margin, pageHeight-margin)
		s.CellFormat(textWidth/2, 4, s.glyphs.show(Cut(Clean(s.title), 110)), "", 0, "L", false, 0, "")
		s.CellFormat(textWidth/2, 4, fmt.Sprintf("%d / %s", s.PageNo(), pages), "", 0, "R", false, 0, "")
	})
	s.AddPage()
	s.SetXY(margin, margin)
	s.font("B", 16, ink)
	s.paragraph(p.Title, 7)
	if p.Lead != "" {
		s.font("", 11, ink)
		s.paragraph(p.Lead, 5.2)
	}
	s.facts(p.Facts)
	if p.Text != "" {
		s.font("", 9, ink)
		for line := range strings.Lines(p.Text) {
			s.paragraph(cmp.Or(strings.TrimRight(line, "\r\n"), " "), lineHeight)
		}
	}
	for _, part := range p.Parts {
		s.part(part)
	}
	if err := s.Output(w); err != nil {
		return fmt.Errorf("paper: PDF: %w", err)
	}
	return nil
}

// room begins a new page unless so much is left of this one; it tells whether
// it did.
func (s *sheet) room(high float64) bool {
	if s.GetY()+high <= lowest {
		return false
	}
	s.AddPage()
	s.SetXY(margin, margin)
	return true
}

// paragraph writes lines over the whole width, in the font that is set.
func (s *sheet) paragraph(text string, high float64) {
	for _, line := range s.wrap(text, textWidth) {
		s.room(high)
		s.SetX(margin)
		s.CellFormat(textWidth, high, line, "", 1, "L", false, 0, "")
	}
}

func (s *sheet) facts(facts []Fact) {
	s.SetY(s.GetY() + 1)
	for _, f := range facts {
		s.font("", 9, ink)
		lines := s.wrap(f.Value, textWidth-42)
		for i, line := range lines {
			s.room(lineHeight)
			s.SetX(margin)
			s.font("", 9, dim)
			name := ""
			if i == 0 {
				name = s.glyphs.show(Clean(f.Name))
			}
			s.CellFormat(42, lineHeight, name, "", 0, "L", false, 0, "")
			s.font("", 9, ink)
			s.CellFormat(textWidth-42, lineHeight, line, "", 1, "L", false, 0, "")
		}
	}
}

func (s *sheet) part(p Part) {
	title := p.Title
	if len(p.Rows) > 0 {
		title = fmt.Sprintf("%s (%d)", title, len(p.Rows))
	}
	s.SetY(s.GetY() + 4)
	s.room(24) // a heading does not stand alone at the foot of a page
	s.font("B", 11, ink)
	s.paragraph(title, 5.6)
	if p.Note != "" {
		s.font("", 9, dim)
		s.paragraph(p.Note, lineHeight)
	}
	if len(p.Rows) > 0 {
		s.table(p)
	}
}
