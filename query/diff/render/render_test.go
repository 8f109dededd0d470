package render_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"calipso/graph"
	"calipso/graph/fields"
	"calipso/query"
	"calipso/query/diff"
	"calipso/query/diff/render"
)

var rewrite = flag.Bool("rewrite", false, "write golden files anew")

// report has one of each kind, and names that nobody wishes for.
func report() *diff.Report {
	cause := graph.Cause{Kind: graph.CauseScan, ID: "s-1", Who: "admin"}
	object := func(id, name, host, project, network string, f ...fields.Change) diff.Object {
		o := diff.Object{Ref: query.Ref{ID: graph.ID(id), Type: graph.Instance, Name: name}, Host: host, Project: project, Fields: f, Time: 1772366400e9, Cause: cause}
		if network != "" {
			o.Networks = []query.Ref{{ID: "n", Type: graph.Network, Name: network}}
		}
		return o
	}
	moved := object("i1", "web-1", "node-2", "alpha", "blue", fields.Change{Field: "availability_zone", Old: "az-a", New: "az-b"})
	moved.From, moved.To = &diff.Place{ID: "i1", Host: "node-1"}, &diff.Place{ID: "i1", Host: "node-2"}
	link := diff.Link{
		Type: "vnic-vedge", Source: query.Ref{ID: "v", Type: graph.VNIC, Name: "tap1"}, Target: query.Ref{ID: "e", Type: graph.VEdge, Name: "OVS"},
		Host: "node-2", Project: "alpha", Time: 1772366400e9, Cause: cause,
	}
	down := link
	down.Fields = []fields.Change{{Field: "state", Old: "up", New: "down"}}
	follows := link
	follows.Source, follows.Was = query.Ref{ID: "node-2-tap0", Type: graph.VNIC, Name: "tap0"}, &diff.Ends{Source: "node-1-tap0", Target: "e"}
	return &diff.Report{
		Env: "lab", From: 1771761600e9, To: 1772366400e9,
		Objects: diff.Objects{
			Moved:   []diff.Object{moved},
			Added:   []diff.Object{object("i2", "=HYPERLINK(\"x\")", "node-1", "beta", "red")},
			Removed: []diff.Object{object("i3", "<script>alert(1)</script>\x1b[31m", "", "", "")},
			Changed: []diff.Object{object("i4", "db", "node-1", "beta", "red",
				fields.Change{Field: "ports[p1]", New: map[string]any{"id": int64(1)}},
				fields.Change{Field: "offset", Old: int64(-1), New: nil},
				fields.Change{Field: "note", Old: "", New: strings.Repeat("long ", 200)})},
			Unconfirmed: []diff.Object{object("i5", "lost", "node-3", "", "")},
		},
		Links:    diff.Links{Added: []diff.Link{link}, Moved: []diff.Link{follows}},
		Status:   diff.Status{Objects: []diff.Object{object("i4", "db", "node-1", "beta", "red", fields.Change{Field: "status", Old: "ACTIVE", New: "ERROR"})}, Links: []diff.Link{down}},
		Warnings: []diff.Warning{{At: "to", Time: 1772366400e9, Part: "hostcli.vnics@node-3", Error: "no route to host"}},
		Summary: diff.Summary{
			Differences: 7, Commits: 2, Objects: diff.Counts{Added: 1, Removed: 1, Changed: 1, Moved: 1, Status: 1, Unconfirmed: 1}, Links: diff.Counts{Added: 1, Moved: 1, Status: 1},
			ObjectTypes: map[graph.VertexType]diff.Counts{graph.Instance: {Added: 1, Removed: 1, Changed: 1, Moved: 1, Status: 1, Unconfirmed: 1}},
			LinkTypes:   map[graph.EdgeType]diff.Counts{"vnic-vedge": {Added: 1, Moved: 1, Status: 1}},
		},
	}
}

func TestReports(t *testing.T) {
	for _, c := range []struct {
		file   string
		format render.Format
		group  render.Group
	}{
		{"report.txt", render.FormatText, ""}, {"host.txt", render.FormatText, render.ByHost}, {"project.txt", render.FormatText, render.ByProject},
		{"network.txt", render.FormatText, render.ByNetwork}, {"report.csv", render.FormatCSV, ""}, {"report.html", render.FormatHTML, ""}, {"report.json", render.FormatJSON, ""},
	} {
		t.Run(c.file, func(t *testing.T) {
			var got bytes.Buffer
			if err := render.Write(&got, c.format, report(), render.Options{Group: c.group}); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", c.file)
			if *rewrite {
				if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(want, got.Bytes()) {
				t.Errorf("%s differs; go test -rewrite, then read the difference\n%s", path, got.Bytes())
			}
		})
	}
}

// A page takes nothing from elsewhere, and neither it nor a terminal nor a
// spreadsheet obeys what somebody called his instance.
func TestReportsAreHarmless(t *testing.T) {
	write := func(f render.Format) string {
		var b bytes.Buffer
		if err := render.Write(&b, f, report(), render.Options{}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	html := write(render.FormatHTML)
	for _, bad := range []string{"<script", "http:", "https:", "//", "url(", "@import", " style=", "onerror"} {
		if strings.Contains(html, bad) {
			t.Errorf("%q in the page", bad)
		}
	}
	if strings.Contains(write(render.FormatText), "\x1b") {
		t.Error("an escape in the text")
	}
	lines, err := csv.NewReader(strings.NewReader(write(render.FormatCSV))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	number := regexp.MustCompile(`^[-+][0-9.]+$`)
	for _, l := range lines {
		for _, cell := range l {
			if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) && !number.MatchString(cell) {
				t.Errorf("cell %q", cell)
			}
		}
	}
}

func TestNoDifferences(t *testing.T) {
	for f, want := range map[render.Format]string{render.FormatText: "no differences", render.FormatHTML: "No differences.", render.FormatCSV: "kind,what"} {
		var b bytes.Buffer
		if err := render.Write(&b, f, &diff.Report{Env: "lab"}, render.Options{}); err != nil || !strings.Contains(b.String(), want) {
			t.Errorf("%s: %v\n%s", f, err, b.String())
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	var invalid *graph.InvalidError
	if err := render.Write(nil, "docx", report(), render.Options{}); !errors.As(err, &invalid) {
		t.Error(err)
	}
	if err := render.Write(nil, render.FormatText, report(), render.Options{Group: "moon"}); !errors.As(err, &invalid) {
		t.Error(err)
	}
	if err := render.WriteClique(nil, "docx", &diff.CliqueReport{}); !errors.As(err, &invalid) {
		t.Error(err)
	}
}
