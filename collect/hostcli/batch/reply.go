package batch

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// errReply is what every broken frame wraps.
var errReply = errors.New("batch: answer is not complete")

// ParseReply takes the answer to a script apart: one result per command, in
// the order of cmds. Text before the marker (banners, echo of a login shell)
// is skipped.
//
// Errors: an answer that is cut short or has no frame. A command that failed,
// does not exist or did not end in time is a Result like any other.
func ParseReply(marker string, cmds []Command, raw []byte) ([]Result, error) {
	_, rest, ok := cutLine(raw, marker)
	if !ok {
		return nil, fmt.Errorf("%w: no frame in %d bytes", errReply, len(raw))
	}
	list, body, ok := cutLine(rest, marker)
	if !ok {
		return nil, fmt.Errorf("%w: the list of lengths does not end", errReply)
	}
	out := make([]Result, len(cmds))
	for i := range out {
		out[i] = Result{Command: cmds[i], Status: Unfinished, Stderr: []byte("not finished in time")}
	}
	for line := range strings.Lines(string(list)) {
		f := strings.Fields(line)
		if len(f) != 2 || f[1] == "total" || f[1] == "end" {
			continue
		}
		n, err := strconv.Atoi(f[0])
		if err != nil || n < 0 || n > len(body) {
			return nil, fmt.Errorf("%w: %d bytes left for %q", errReply, len(body), strings.TrimSpace(line))
		}
		var piece []byte
		piece, body = body[:n:n], body[n:]
		name, kind, _ := strings.Cut(f[1], ".")
		var i int
		if !scanIndex(name, &i) || i >= len(out) {
			return nil, fmt.Errorf("%w: unknown piece %q", errReply, f[1])
		}
		switch kind {
		case "o":
			out[i].Stdout = piece
		case "e":
			out[i].Stderr = piece
		case "s":
			out[i].Status, err = strconv.Atoi(strings.TrimSpace(string(piece)))
			if err != nil {
				return nil, fmt.Errorf("%w: status %q of command %d", errReply, piece, i)
			}
		default:
			return nil, fmt.Errorf("%w: unknown piece %q", errReply, f[1])
		}
	}
	return out, nil
}

// Reply is the answer that a host would give with these results; a result with
// status Unfinished is left out as the script would.
func Reply(marker string, results []Result) []byte {
	var list, body bytes.Buffer
	add := func(i int, kind string, b []byte) {
		fmt.Fprintf(&list, "%7d %04d.%s\n", len(b), i, kind)
		body.Write(b)
	}
	for i, r := range results {
		if r.Status == Unfinished {
			continue
		}
		add(i, "e", r.Stderr)
		add(i, "o", r.Stdout)
		add(i, "s", []byte(strconv.Itoa(r.Status)+"\n"))
	}
	fmt.Fprintf(&list, "%7d end\n%7d total\n", 0, body.Len())
	line := []byte(marker + "\n")
	return slices.Concat(line, list.Bytes(), line, body.Bytes())
}

// cutLine cuts around the first line that is exactly the given text.
func cutLine(b []byte, line string) (before, after []byte, found bool) {
	want := []byte(line + "\n")
	if bytes.HasPrefix(b, want) {
		return nil, b[len(want):], true
	}
	before, after, found = bytes.Cut(b, append([]byte{'\n'}, want...))
	return before, after, found
}

func scanIndex(text string, n *int) bool {
	v, err := strconv.Atoi(text)
	*n = v
	return err == nil && v >= 0
}
