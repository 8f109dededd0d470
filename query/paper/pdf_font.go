package paper

import (
	"fmt"
	"strings"

	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// colour is red, green and blue.
type colour [3]int

var (
	ink = colour{28, 36, 48}
	dim = colour{93, 104, 120}

	colours = map[Tone]colour{
		Good: {19, 122, 59}, Notable: {106, 63, 181}, Doubt: {93, 104, 120}, Warn: {138, 90, 0}, Bad: {179, 38, 30},
	}
)

func (s *sheet) font(style string, points float64, c colour) {
	s.SetFont("go", style, points)
	s.SetTextColor(c[0], c[1], c[2])
}

// wrap breaks a text into lines no wider than so many millimetres: at spaces,
// else after what parts the words of an id, else anywhere.
func (s *sheet) wrap(text string, wide float64) []string {
	var out []string
	line, width := []rune{}, 0.0
	widths := []float64{}
	for _, r := range s.glyphs.show(Clean(text)) {
		w := s.GetStringWidth(string(r))
		for width+w > wide && len(line) > 0 {
			at := breakAt(line)
			out = append(out, strings.TrimRight(string(line[:at]), " "))
			line, widths = append([]rune{}, line[at:]...), append([]float64{}, widths[at:]...)
			width = 0
			for _, x := range widths {
				width += x
			}
		}
		line, widths, width = append(line, r), append(widths, w), width+w
	}
	if len(line) > 0 || len(out) == 0 {
		out = append(out, strings.TrimRight(string(line), " "))
	}
	return out
}

// breakAt is how many characters of a full line stay on it.
func breakAt(line []rune) int {
	for i := len(line) - 1; i > 0; i-- {
		if line[i] == ' ' {
			return i + 1
		}
	}
	for i := len(line) - 1; i > len(line)/2; i-- {
		if strings.ContainsRune("-_/.:,|", line[i]) {
			return i + 1
		}
	}
	return len(line)
}

// glyphs tells which characters the fonts can show.
type glyphs struct {
	font *sfnt.Font
	buf  sfnt.Buffer
}

func readGlyphs() (*glyphs, error) {
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("paper: font: %w", err)
	}
	return &glyphs{font: f}, nil
}

// show spells characters that the fonts lack by their numbers, so that names
// stay different: the fonts have Latin, Greek and Cyrillic letters.
func (g *glyphs) show(text string) string {
	var b strings.Builder
	for _, r := range text {
		i, err := g.font.GlyphIndex(&g.buf, r)
		if err == nil && i != 0 && r <= 0xffff {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "[U+%04X]", r)
		}
	}
	return b.String()
}
