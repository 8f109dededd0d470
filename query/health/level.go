package health

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Level is how something stands.
type Level string

// The levels. NotFound is for instances that are expected and not there.
const (
	OK       Level = "ok"
	Unknown  Level = "unknown"
	Warning  Level = "warning"
	Error    Level = "error"
	NotFound Level = "not_found"
)

// Text is the level as people read it.
func (l Level) Text() string {
	switch l {
	case OK:
		return "OK"
	case Warning:
		return "Warning"
	case Error:
		return "Error"
	case NotFound:
		return "not found"
	}
	return "unknown"
}

// rank orders levels, the worst last. What is not known is worse than what is
// well, and better than what is known to be wrong.
func (l Level) rank() int {
	return slices.Index([]Level{OK, Unknown, Warning, Error, NotFound}, l)
}

// worst of two; the empty level says nothing.
func worst(a, b Level) Level {
	if a == "" || b != "" && b.rank() > a.rank() {
		return b
	}
	return a
}

// Totals count by level.
type Totals struct {
	OK       int `json:"ok"`
	Warning  int `json:"warning"`
	Error    int `json:"error"`
	Unknown  int `json:"unknown"`
	NotFound int `json:"not_found"`
}

func (t *Totals) add(l Level) {
	switch l {
	case OK:
		t.OK++
	case Warning:
		t.Warning++
	case Error:
		t.Error++
	case NotFound:
		t.NotFound++
	default:
		t.Unknown++
	}
}

// All is how many there are together.
func (t Totals) All() int { return t.OK + t.Warning + t.Error + t.Unknown + t.NotFound }

// Level is the worst of what is counted; nothing counted: OK.
func (t Totals) Level() Level {
	switch {
	case t.Error > 0:
		return Error
	case t.NotFound > 0:
		return NotFound
	case t.Warning > 0:
		return Warning
	case t.Unknown > 0:
		return Unknown
	}
	return OK
}

// Text tells the totals in words, without levels that nothing has.
func (t Totals) Text() string {
	var out []string
	for _, p := range []struct {
		n    int
		text string
	}{{t.Error, "in error"}, {t.NotFound, "not found"}, {t.Warning, "with warnings"}, {t.Unknown, "unknown"}, {t.OK, "OK"}} {
		if p.n > 0 {
			out = append(out, fmt.Sprintf("%d %s", p.n, p.text))
		}
	}
	return cmp.Or(strings.Join(out, ", "), "none")
}
