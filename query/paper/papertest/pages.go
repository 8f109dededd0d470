// Package papertest reads what package paper writes.
package papertest

import (
	"bytes"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/ledongthuc/pdf"
)

// shown is a piece of text that a page shows.
var shown = regexp.MustCompile(`(?s)BT ([0-9.]+) ([0-9.]+) Td \(((?:\\.|[^\\)])*)\) ?Tj`)

// Pages reads the lines of each page of a PDF file, from top to bottom, with
// a space between columns.
func Pages(t testing.TB, file []byte) [][]string {
	t.Helper()
	r, err := pdf.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for n := range r.NumPage() {
		stream, err := io.ReadAll(r.Page(n + 1).V.Key("Contents").Reader())
		if err != nil {
			t.Fatal(err)
		}
		lines := map[float64][]string{}
		for _, m := range shown.FindAllSubmatch(stream, -1) {
			y, err := strconv.ParseFloat(string(m[2]), 64)
			if err != nil {
				t.Fatal(err)
			}
			// Two bytes a character, with a backslash before brackets and the like.
			raw := regexp.MustCompile(`(?s)\\(.)`).ReplaceAllFunc(m[3], func(b []byte) []byte {
				if b[1] == 'r' {
					return []byte{13}
				}
				return b[1:]
			})
			var text []uint16
			for i := 0; i+1 < len(raw); i += 2 {
				text = append(text, uint16(raw[i])<<8|uint16(raw[i+1]))
			}
			lines[y] = append(lines[y], string(utf16.Decode(text)))
		}
		var list []string
		for _, y := range slices.Backward(slices.Sorted(maps.Keys(lines))) {
			list = append(list, strings.Join(lines[y], " "))
		}
		out = append(out, list)
	}
	return out
}
