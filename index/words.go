package index

import (
	"strconv"
	"strings"
	"unicode"
)

// words splits a folded text at everything that is neither letter nor digit:
// "tap12ab-3c" gives "tap12ab" and "3c".
func words(folded string) []string {
	return strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// trigrams are all sequences of three characters of a folded text; none if it
// is shorter.
func trigrams(folded string) []string {
	runes := []rune(folded)
	if len(runes) < 3 {
		return nil
	}
	out := make([]string, 0, len(runes)-2)
	for i := range len(runes) - 2 {
		out = append(out, string(runes[i:i+3]))
	}
	return out
}

// beginnings are the first one and two characters of a word.
func beginnings(word string) []string {
	runes := []rune(word)
	if len(runes) == 1 {
		return []string{word}
	}
	return []string{string(runes[:1]), string(runes[:2])}
}

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
