package clique

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/graphtest"
)

// TestCliques walks drawn graphs. "graph" draws one; "clique focal=(ids…)
// types=(link types…)" prints the clique of each focal point, "shipped" that of
// the shipped type for its focal point; "classic" and "implicit" switch those
// on, "free" drops the constraint on networks.
func TestCliques(t *testing.T) {
	datadriven.Walk(t, "testdata/cliques", func(t *testing.T, path string) {
		var d *graph.Draft
		datadriven.RunTest(t, path, func(t *testing.T, td *datadriven.TestData) string {
			switch td.Cmd {
			case "graph":
				var err error
				if d, err = graphtest.Parse(td.Input); err != nil {
					return "error: " + err.Error()
				}
				v, e := d.Len()
				return fmt.Sprintf("%d vertices, %d edges", v, e)
			case "clique":
				return drawCliques(t, d, td)
			}
			t.Fatalf("unknown command %q", td.Cmd)
			return ""
		})
	})
}

func drawCliques(t *testing.T, d *graph.Draft, td *datadriven.TestData) string {
	g, nums := graphtest.Topology(d)
	var out strings.Builder
	var finder Finder
	opt := Options{Classic: td.HasArg("classic")}
	arg, _ := td.Arg("focal")
	for _, id := range arg.Vals {
		v := d.Get(graph.ID(id))
		if v == nil {
			t.Fatalf("%s: no vertex %q", td.Pos, id)
		}
		typ := catalog.CliqueType{FocalPoint: v.Type, UseImplicitLinks: td.HasArg("implicit")}
		if td.HasArg("shipped") {
			typ, _, _ = catalog.Pick(&graph.Environment{Name: "e", EnvironmentType: catalog.OpenStack}, v.Type, catalog.CliqueTypes())
		}
		if list, ok := td.Arg("types"); ok {
			for _, l := range list.Vals {
				typ.LinkTypes = append(typ.LinkTypes, graph.EdgeType(l))
			}
		}
		var names []string
		if !td.HasArg("free") {
			names = []string{"network"}
		}
		_, limit, _ := LimitOf(v, names, opt)
		drawResult(&out, nums, finder.Find(g, Compile(g, typ, opt), nums.Of[v.ID], limit), td.HasArg("nodes"))
	}
	return out.String()
}

func drawResult(out *strings.Builder, nums *graphtest.Numbers, r Result, nodes bool) {
	fmt.Fprintf(out, "%s:", nums.ID(r.Nodes[0].Num))
	if len(r.Links) == 0 {
		out.WriteString(" nothing")
	}
	for i, l := range r.Links {
		if i > 0 {
			out.WriteString(",")
		}
		mark := "-"
		if l.Edge == NoEdge {
			mark = "~"
		}
		fmt.Fprintf(out, " %s%s%s", nums.ID(l.From), mark, nums.ID(l.To))
	}
	out.WriteString("\n")
	if nodes {
		for _, n := range r.Nodes {
			fmt.Fprintf(out, "  %s depth %d step %d\n", nums.ID(n.Num), n.Depth, n.Step)
		}
	}
}
