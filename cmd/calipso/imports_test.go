package main

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

var rewrite = flag.Bool("rewrite", false, "write golden files anew")

// TestImports keeps the picture of who imports whom: a new arrow between
// packages is a line in a diff to talk about.
func TestImports(t *testing.T) {
	cmd := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		var ours []string
		for _, i := range f[1:] {
			if rest, ok := strings.CutPrefix(i, "calipso/"); ok {
				ours = append(ours, rest)
			}
		}
		slices.Sort(ours)
		name := strings.TrimPrefix(f[0], "calipso/")
		got.WriteString(strings.TrimRight(name+" → "+strings.Join(ours, " "), " ") + "\n")
	}
	const golden = "testdata/imports"
	if *rewrite {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("the picture has changed; if that is meant, run go test ./cmd/calipso -run Imports -rewrite and read the diff:\n%s", diffLines(string(want), got.String()))
	}
}

func diffLines(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	var out strings.Builder
	for _, l := range w {
		if !slices.Contains(g, l) {
			out.WriteString("- " + l + "\n")
		}
	}
	for _, l := range g {
		if !slices.Contains(w, l) {
			out.WriteString("+ " + l + "\n")
		}
	}
	return out.String()
}
