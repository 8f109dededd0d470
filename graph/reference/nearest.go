package reference

import (
	"fmt"
	"slices"
	"strings"
)

// unknown says that a text is none of some values, which one it comes closest
// to, and which there are.
func unknown(field, text, what string, right []string) Complaint {
	reason := fmt.Sprintf("%q is no %s", text, what)
	if near := Nearest(text, right); near != "" {
		reason += fmt.Sprintf("; did you mean %q?", near)
	}
	return Complaint{Unknown, field, text, reason + " There are " + strings.Join(right, ", ")}
}

// Nearest is the value that a mistyped text was most likely meant to be, "" if
// none is near: each letter added, dropped, exchanged or swapped with its
// neighbour counts one, and a third of the letters may be wrong.
func Nearest(text string, values []string) string {
	best, least := "", max(2, len(text)/3)+1
	for _, v := range values {
		if d := distance(strings.ToLower(text), strings.ToLower(v)); d < least {
			best, least = v, d
		}
	}
	return best
}

// distance is the number of mistakes that make b of a.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	var before []int // the row above the one above
	above := make([]int, len(y)+1)
	for j := range above {
		above[j] = j
	}
	for i := range x {
		row := make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(above[j+1]+1, row[j]+1, above[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above = above, row
	}
	return above[len(y)]
}

// twice complains of what a list names a second time.
func twice[T ~string](field string, list []T) (wrong []Complaint) {
	for i, v := range list {
		if slices.Contains(list[:i], v) {
			wrong = append(wrong, Complaint{Twice, fmt.Sprintf("%s[%d]", field, i), string(v), fmt.Sprintf("names %q a second time", v)})
		}
	}
	return wrong
}
