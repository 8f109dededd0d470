package graph

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxGiven is how long a name that somebody gives may be, in bytes.
const maxGiven = 100

// CheckName says what is wrong with a name that somebody gives a document;
// empty: nothing. Such a name stands in paths and in lines of text. example is
// a name that would be right.
func CheckName(name, example string) string {
	odd := func(r rune) bool { return !unicode.IsPrint(r) || r == '/' || r == '\\' }
	switch {
	case name == "":
		return fmt.Sprintf("is missing; give one such as %q", example)
	case len(name) > maxGiven:
		return fmt.Sprintf("is longer than %d bytes", maxGiven)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, odd):
		return "holds a slash or a character that does not print"
	case strings.TrimSpace(name) != name || name == "." || name == "..":
		return "begins or ends with a space, or is only dots"
	}
	return ""
}
