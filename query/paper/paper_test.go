package paper_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/query/paper"
	"calipso/query/paper/papertest"
)

var rewrite = flag.Bool("rewrite", false, "write golden files anew")

// sample has names that nobody wishes for.
func sample() *paper.Paper {
	return &paper.Paper{
		Title: "Health of lab", Lead: "1 instance in error", Text: "first line\nsecond <b>line</b>",
		Facts: []paper.Fact{{Name: "author", Value: "ann"}, {Name: "change", Value: "CHG-1\x1b[31m"}},
		Time:  time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		Parts: []paper.Part{
			{Title: "Instances", Note: "worst first", Columns: []paper.Column{{Name: "status"}, {Name: "name", Share: 3}, {Name: "vnics", Number: true}}, Rows: []paper.Row{
				{Cells: []string{"Error", "=HYPERLINK(\"x\")", "2"}, Tone: paper.Bad},
				{Cells: []string{"OK", "<script>alert(1)</script>\nžluťoučký kůň, Ωμέγα, сервер → 世界", "10"}, Tone: paper.Good},
				{Cells: []string{"unknown"}},
			}},
			{Title: "Warnings", Note: "none"},
		},
	}
}

func write(t *testing.T, f paper.Format, p *paper.Paper) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := paper.Write(&out, f, p); err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := paper.Write(&again, f, p); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
		t.Errorf("%s is not the same when it is written again (%v)", f, err)
	}
	return out.Bytes()
}

func TestGolden(t *testing.T) {
	for file, format := range map[string]paper.Format{"paper.txt": paper.Text, "paper.csv": paper.CSV, "paper.html": paper.HTML} {
		t.Run(file, func(t *testing.T) {
			got := write(t, format, sample())
			path := filepath.Join("testdata", file)
			if *rewrite {
				if err := os.WriteFile(path, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), string(got)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestPDFShowsAllOfThePaper(t *testing.T) {
	file := write(t, paper.PDF, sample())
	all := papertest.Pages(t, file)
	if len(all) != 1 {
		t.Fatalf("%d pages", len(all))
	}
	text := strings.Join(all[0], "\n")
	for _, want := range []string{
		"Health of lab", "1 instance in error", "first line", "second <b>line</b>", "author ann", "CHG-1 [31m", "Instances (3)", "worst first",
		`=HYPERLINK("x")`, "<script>alert(1)</script>", "žluťoučký kůň, Ωμέγα, сервер → [U+4E16][U+754C]", "unknown", "Warnings", "1 / 1",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	if n := len(file); n > 60_000 {
		t.Errorf("%d bytes for one page: are whole fonts in it?", n)
	}
}

// A table that goes on has its heads again, no row is lost or out of order, and
// a row higher than a page goes on too.
func TestPDFBreaksTables(t *testing.T) {
	p := sample()
	p.Parts = p.Parts[:1]
	p.Parts[0].Rows = nil
	for i := range 120 {
		p.Parts[0].Rows = append(p.Parts[0].Rows, paper.Row{Cells: []string{"OK", fmt.Sprintf("row-%03d", i), "1"}})
	}
	var long []string
	for i := range 60 {
		long = append(long, fmt.Sprintf("part-%03d", i))
	}
	p.Parts[0].Rows = append(p.Parts[0].Rows, paper.Row{Cells: []string{"OK", strings.Join(long, "\n"), "1"}})
	all := papertest.Pages(t, write(t, paper.PDF, p))
	if len(all) < 5 {
		t.Fatalf("%d pages", len(all))
	}
	var rows, parts []string
	for n, lines := range all {
		text := strings.Join(lines, "\n")
		if !strings.Contains(text, "status name vnics") {
			t.Errorf("page %d has no heads:\n%s", n+1, text)
		}
		if !strings.Contains(text, fmt.Sprintf("%d / %d", n+1, len(all))) {
			t.Errorf("page %d has no number", n+1)
		}
		for _, l := range lines {
			if _, row, ok := strings.Cut(l, "row-"); ok {
				rows = append(rows, row[:3])
			}
			if _, part, ok := strings.Cut(l, "part-"); ok {
				parts = append(parts, part[:3])
			}
		}
	}
	for i := range 120 {
		if i >= len(rows) || rows[i] != fmt.Sprintf("%03d", i) {
			t.Fatalf("rows %v", rows)
		}
	}
	for i := range 60 {
		if i >= len(parts) || parts[i] != fmt.Sprintf("%03d", i) {
			t.Fatalf("parts of the long row %v", parts)
		}
	}
}

func TestCSVCanBeRead(t *testing.T) {
	r := csv.NewReader(bytes.NewReader(write(t, paper.CSV, sample())))
	r.FieldsPerRecord = -1
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		for _, c := range l {
			if strings.HasPrefix(c, "=") {
				t.Errorf("a spreadsheet takes %q for a formula", c)
			}
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	var bad *graph.InvalidError
	if err := paper.Write(new(bytes.Buffer), "docx", sample()); !errors.As(err, &bad) || bad.Fields[0].Field != "format" {
		t.Error(err)
	}
}
