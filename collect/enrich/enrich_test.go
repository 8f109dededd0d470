package enrich

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/google/go-cmp/cmp"

	"calipso/collect/enrich/enrichtest"
	"calipso/graph"
)

// TestSteps runs all steps, or those given as "steps=(…)", over drawn facts; the
// answer is the draft afterwards and the findings. Running them again must not
// change anything.
func TestSteps(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			g := enrichtest.Parse(t, d.Input)
			env := enrichtest.LabEnv()
			steps := Steps
			for _, a := range d.CmdArgs {
				if a.Key == "steps" {
					steps = slices.DeleteFunc(slices.Clone(Steps), func(s Step) bool {
						return !slices.Contains(a.Vals, strings.ReplaceAll(s.Name, " ", "-"))
					})
					if len(steps) != len(a.Vals) {
						t.Fatalf("%s: no such steps: %v", d.Pos, a.Vals)
					}
				}
			}
			var found strings.Builder
			for _, s := range steps {
				for _, f := range s.Run(env, g) {
					fmt.Fprintf(&found, "%s %s: %s\n", f.Level, f.Object, f.Text)
				}
			}
			once := enrichtest.Print(g.Of())
			for _, s := range steps {
				s.Run(env, g)
			}
			if diff := cmp.Diff(once, enrichtest.Print(g.Of())); diff != "" {
				t.Errorf("%s: run again, -first +second:\n%s", d.Pos, diff)
			}
			return once + found.String()
		})
	})
}

// TestLab enriches what a real cloud told, twice.
func TestLab(t *testing.T) {
	g, env := enrichtest.Lab(t), enrichtest.LabEnv()
	found, err := Run(t.Context(), env, g)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Errorf("finding in a sound cloud: %+v", f)
	}
	once := enrichtest.Print(g.Of())
	if _, err := Run(t.Context(), env, g); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(once, enrichtest.Print(g.Of())); diff != "" {
		t.Errorf("run again, -first +second:\n%s", diff)
	}
	for _, v := range g.Of() {
		if v.Parent != "" && g.Get(v.Parent) == nil {
			t.Errorf("%s %s hangs under %q, which does not exist", v.Type, v.ID, v.Parent)
		}
		if n, err := graph.Normalize(v.Attrs); err != nil || !cmp.Equal(n, any(map[string]any(v.Attrs))) {
			t.Errorf("%s %s has attributes out of form: %v", v.Type, v.ID, err)
		}
	}
}
