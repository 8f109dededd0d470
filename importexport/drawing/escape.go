package drawing

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// escape spells every byte of what is not allowed, and the mark itself, as the
// mark and two hex digits: two texts never become one.
func escape(s string, mark byte, allowed func(rune) bool) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r != rune(mark) && allowed(r) && (r != utf8.RuneError || n > 1) {
			b.WriteString(s[i : i+n])
		} else {
			for _, c := range []byte(s[i : i+n]) {
				fmt.Fprintf(&b, "%c%02X", mark, c)
			}
		}
		i += n
	}
	return b.String()
}

// token makes a text an NMTOKEN of XML, which GraphML's ids are.
func token(s string) string {
	return escape(s, '.', func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == ':'
	})
}

// printable tells of characters that Graphviz and its output can hold inside
// quotes as they are.
func printable(r rune) bool {
	return r >= ' ' && r != '"' && r != '\\' && r != '&' && (r < 0x7f || r > 0x9f) && r != 0xfffe && r != 0xffff
}
