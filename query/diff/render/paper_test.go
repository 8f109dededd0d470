package render_test

import (
	"bytes"
	"strings"
	"testing"

	"calipso/graph"
	"calipso/query"
	"calipso/query/diff"
	"calipso/query/diff/render"
	"calipso/query/paper/papertest"
)

// printed is the text of a PDF file.
func printed(t *testing.T, write func(*bytes.Buffer) error) string {
	t.Helper()
	var a, b bytes.Buffer
	if err := write(&a); err != nil {
		t.Fatal(err)
	}
	if err := write(&b); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("another file for the same report (%v)", err)
	}
	var out strings.Builder
	for _, lines := range papertest.Pages(t, a.Bytes()) {
		out.WriteString(strings.Join(lines, "\n") + "\n")
	}
	return out.String()
}

func TestPDF(t *testing.T) {
	for group, want := range map[render.Group][]string{
		"":            {"What changed in lab", "Moved (1)", "node-1 → node-2", "availability_zone: az-a → az-b", "Removed (1)", "<script>alert(1)</script>", "Links added (1)", "hostcli.vnics@node-3 no route to host", "scan s-1 by admin"},
		render.ByHost: {"grouped by host", "host node-1", "host node-2", "no host"},
	} {
		text := printed(t, func(b *bytes.Buffer) error {
			return render.Write(b, render.FormatPDF, report(), render.Options{Group: group})
		})
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("no %q in:\n%s", w, text)
			}
		}
	}
}

func TestCliquePDF(t *testing.T) {
	node := func(id string, step int) *diff.CliqueNode {
		return &diff.CliqueNode{Ref: query.Ref{ID: graph.ID(id), Type: graph.VNIC, Name: id}, Host: "node-1", Step: step}
	}
	r := &diff.CliqueReport{
		Env: "lab", From: 1771761600e9, To: 1772366400e9, FocalPoint: query.Ref{ID: "i1", Type: graph.Instance, Name: "web-1"}, OldType: "instance", NewType: "instance", Differences: 1,
		Nodes:   []diff.NodePair{{Op: "removed", Old: node("tap1", 1)}, {Op: "added", New: node("tap2", 1)}},
		Reasons: []diff.Reason{{Op: "removed", Object: &query.Ref{ID: "tap1", Type: graph.VNIC, Name: "tap1"}, Time: 1772366400e9, Cause: graph.Cause{Kind: graph.CauseScan, ID: "s-9"}}},
	}
	text := printed(t, func(b *bytes.Buffer) error { return render.WriteClique(b, render.FormatPDF, r) })
	for _, want := range []string{"How the clique of web-1 changed", "replaced vNIC tap1 on node-1 tap2 on node-1", "Why (1)", "scan s-9"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
}
