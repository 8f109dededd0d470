package index

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// words splits a folded text at everything that is neither letter nor digit:
// "tap12ab-3c" gives "tap12ab" and "3c".
func words(folded string) []string {
	return strings.FieldsFunc(folded, func(r rune) bool { return !inWord(r) })
}

// appendTrigrams adds all sequences of three characters of a folded text.
func appendTrigrams(list []string, folded string) []string {
	var starts [3]int // of the last three characters
	n := 0
	for i, r := range folded {
		if n++; n >= 3 {
			list = append(list, folded[starts[(n-3)%3]:min(i+utf8.RuneLen(r), len(folded))])
		}
		starts[(n-1)%3] = i
	}
	return list
}

func trigrams(folded string) []string { return appendTrigrams(nil, folded) }

// scalar is the text of a single value: text, or a whole number; "" for others.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return ""
}
