package link

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"calipso/collect/enrich/enrichtest"
	"calipso/graph"
)

// TestFinders runs the finders of the types given ("link types=(…)") over drawn
// vertices; the answer is the edges and the findings.
func TestFinders(t *testing.T) {
	datadriven.Walk(t, "testdata/finders", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			g := enrichtest.Parse(t, d.Input)
			wanted := map[graph.EdgeType]bool{}
			for _, a := range d.CmdArgs {
				for _, v := range a.Vals {
					wanted[graph.EdgeType(v)] = true
				}
			}
			var out strings.Builder
			var found []*graph.Edge
			missing, err := Run(t.Context(), enrichtest.LabEnv(), g, func(e *graph.Edge) {
				if wanted[e.Type] {
					found = append(found, e)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			out.WriteString(printEdges(found))
			for _, f := range missing {
				fmt.Fprintf(&out, "%s %s: %s\n", f.Level, f.Object, f.Text)
			}
			return out.String()
		})
	})
}

// TestTable: every finder has a type that splits, and none is there twice.
func TestTable(t *testing.T) {
	seen := map[graph.EdgeType]bool{}
	for _, f := range Finders {
		if _, _, ok := f.Type.Ends(); !ok || f.Find == nil || seen[f.Type] {
			t.Errorf("finder %q", f.Type)
		}
		seen[f.Type] = true
	}
}
