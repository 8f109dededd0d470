// Testrun reads the events of go test -json, shows what failed in full and what
// was skipped with its reason, and ends with one line that counts all three.
// It looks through all that is printed for credentials. It exits with 1 if
// anything failed, showed a credential, or nothing ran.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"calipso/testdata/leaks"
)

type event struct {
	Action, Package, Test, Output string
	ImportPath                    string
	Elapsed                       float64
}

type test struct{ pkg, name string }

func main() {
	if !report(os.Stdin, os.Stdout) {
		os.Exit(1)
	}
}

// report copies what matters of the events and tells whether all is well.
func report(in io.Reader, out io.Writer) bool {
	output := map[test][]string{}
	var skipped []string
	passed, failed, leaked := 0, 0, 0
	broken := false
	credentials := leaks.New()
	look := func(t test, said []string) []string {
		text := strings.Join(said, "")
		for _, f := range credentials.In(strings.TrimSpace(t.pkg+" "+t.name), []byte(text)) {
			leaked++
			fmt.Fprintln(out, "LEAK ", f)
			said = []string{"(what it said shows a credential)\n"}
		}
		return said
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(out, lines.Text()) // the compiler's own words
			broken = true
			continue
		}
		t := test{e.Package, e.Test}
		switch e.Action {
		case "build-output":
			fmt.Fprint(out, e.Output)
		case "output":
			output[t] = append(output[t], e.Output)
		case "pass", "skip", "fail":
			output[t] = look(t, output[t])
			if e.Test == "" {
				fmt.Fprintf(out, "%-5s %s (%.1f s)\n", e.Action, e.Package, e.Elapsed)
				if e.Action == "fail" {
					broken = true
					fmt.Fprint(out, strings.Join(output[t], ""))
				}
				break
			}
			switch e.Action {
			case "pass":
				passed++
			case "skip":
				skipped = append(skipped, fmt.Sprintf("%s %s: %s", e.Package, e.Test, reason(output[t])))
			case "fail":
				failed++
				fmt.Fprintf(out, "FAIL  %s %s\n%s", e.Package, e.Test, strings.Join(output[t], ""))
			}
			delete(output, t)
		}
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(out, "testrun:", err)
		broken = true
	}
	slices.Sort(skipped)
	for _, s := range skipped {
		fmt.Fprintln(out, "skipped:", s)
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped, %d leaks\n", passed, failed, len(skipped), leaked)
	return failed == 0 && !broken && leaked == 0 && passed > 0
}

// reason is what a test said when it skipped itself.
func reason(lines []string) string {
	var said []string
	for _, l := range lines {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "=== ") || strings.HasPrefix(l, "--- ") {
			continue
		}
		if _, text, ok := strings.Cut(l, ".go:"); ok {
			if _, rest, ok := strings.Cut(text, ": "); ok {
				l = rest
			}
		}
		said = append(said, l)
	}
	return strings.Join(said, " ")
}
