package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"calipso/benchmarks/origin"
)

// small is a world of a size that tests can afford.
func small(t *testing.T) *world {
	t.Helper()
	w, err := newWorld("S", t.TempDir(), filepath.Join(t.TempDir(), "no peers here"), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	w.objects, w.effort = 1000, effort{rounds: 1, least: time.Millisecond}
	t.Cleanup(func() {
		if err := w.close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// TestGroups measures the groups that need no built program: each checks that
// all sides compute the same.
func TestGroups(t *testing.T) {
	w := small(t)
	for _, g := range groups() {
		switch g.name {
		case "import", "http", "memory", "readers", "search": // minutes, or the built program
			continue
		}
		t.Run(g.name, func(t *testing.T) {
			rows, err := g.measure(t.Context(), w)
			if err != nil {
				t.Fatal(err)
			}
			if len(rows) == 0 {
				t.Fatal("no rows")
			}
			for _, r := range rows {
				if r.Missing == "" && !(r.Ours > 0) {
					t.Errorf("%s is %v", r.Name, r.Ours)
				}
			}
		})
	}
}

// TestPeerMissing: without the module of peers, rows say why they are empty.
func TestPeerMissing(t *testing.T) {
	w := small(t)
	rows, err := allRows(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	missing := 0
	for _, r := range rows {
		if strings.HasPrefix(r.Missing, "peer missing: ") && r.Held == nil {
			missing++
		}
	}
	if missing != 2 {
		t.Errorf("%d rows are missing, want those of DuckDB and SQLite", missing)
	}
}

// TestWrongAnswersAreNoticed: a walk that follows one link less is found out.
func TestWrongAnswersAreNoticed(t *testing.T) {
	w := small(t)
	a, err := w.arrays(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	a.steps = a.steps[1:]
	if _, err := cliqueRows(t.Context(), w); err == nil || !strings.Contains(err.Error(), "plain arrays") {
		t.Errorf("err = %v", err)
	}
}

func TestResultsAreKept(t *testing.T) {
	dir := t.TempDir()
	k, err := openResults(dir, "abc")
	if err != nil {
		t.Fatal(err)
	}
	row := func(name string, ours float64) *Row {
		return (&Row{Size: "S", Group: "clique", Name: name, What: "a clique", Unit: "ns", Ours: ours, Run: origin.Here()}).against("plain arrays", 100).ratioAtMost(3)
	}
	for _, rows := range [][]*Row{{row("walk", 250)}, {row("walk", 350)}} {
		if err := k.replace("S", "clique", rows); err != nil {
			t.Fatal(err)
		}
	}
	if err := k.replace("M", "snapshot", []*Row{{Size: "M", Group: "snapshot", Name: "create", Unit: "ns", Ours: 1e6}}); err != nil {
		t.Fatal(err)
	}
	again, err := openResults(dir, "abc")
	if err != nil || len(again.rows) != 2 {
		t.Fatalf("%d rows, %v", len(again.rows), err)
	}
	if r := again.rows[0]; r.Ratio != 3.5 || *r.Held {
		t.Errorf("ratio %v held %v", r.Ratio, *r.Held)
	}
	text, err := os.ReadFile(filepath.Join(dir, "abc-goals.txt"))
	if err != nil || !bytes.Contains(text, []byte("0 of 1 goals held; not: clique/walk")) || !bytes.Contains(text, []byte("350 ns")) {
		t.Errorf("%v\n%s", err, text)
	}
	// Another commit measured less, and later.
	other, err := openResults(dir, "def")
	if err != nil {
		t.Fatal(err)
	}
	later := row("walk", 150)
	later.Date = later.Date.Add(time.Hour)
	if err := other.replace("S", "clique", []*Row{later}); err != nil {
		t.Fatal(err)
	}
	last, err := latest(dir)
	if err != nil || len(last) != 2 {
		t.Fatalf("%d rows of all results, %v", len(last), err)
	}
	for _, r := range last {
		if r.Group == "clique" && r.Ours != 150 {
			t.Errorf("the last run said 150 ns, not %v", r.Ours)
		}
	}
}

func TestGrowthIsXML(t *testing.T) {
	rows := []*Row{
		{Size: "S", Group: "clique", Name: "walk", Ours: 300, Limit: 100}, {Size: "L", Group: "clique", Name: "walk", Ours: 900, Limit: 150},
		{Size: "M", Group: "memory", Name: "idle", Ours: 1e8},
	}
	svg := growthOf(rows)
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"calipso 900 ns", "plain arrays 150 ns", "calipso 100 MB"} {
		if !bytes.Contains(svg, []byte(want)) {
			t.Errorf("the picture does not say %q", want)
		}
	}
	if n := bytes.Count(svg, []byte("<g ")); n != 2 {
		t.Errorf("%d panels, want 2", n)
	}
}

func TestPercentile(t *testing.T) {
	var list []time.Duration
	for i := range 100 {
		list = append(list, time.Duration(100-i))
	}
	if p := percentile(list, 0.99); p != 100 {
		t.Errorf("p99 = %v", p)
	}
	if got := omitted(nil, 35, 10); len(got) != 3 || got[0] != 25 || got[2] != 5 {
		t.Errorf("omitted = %v", got)
	}
}

func TestArguments(t *testing.T) {
	for _, args := range [][]string{{"-size", "XL"}, {"-rows", "clique,nonsense"}, {"more"}} {
		if err := run(t.Context(), args, io.Discard); err == nil {
			t.Errorf("%v is taken", args)
		}
	}
}
