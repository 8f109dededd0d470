package hostcli

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"calipso/collect"
	"calipso/graph"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// lab gives what a laboratory's script printed; without it the test skips, or
// fails if LAB_REQUIRED names the laboratory.
func lab(t *testing.T, variable string) string {
	t.Helper()
	if v := os.Getenv(variable); v != "" {
		return v
	}
	name := strings.ToLower(strings.TrimPrefix(variable, "LAB_"))
	if slices.Contains(strings.Split(os.Getenv("LAB_REQUIRED"), ","), name) {
		t.Fatalf("%s is not set, but LAB_REQUIRED wants it", variable)
	}
	t.Skipf("%s is not set: start the laboratory with make lab-%s", variable, name)
	return ""
}

// checkVertices holds vertices against what every fetcher promises.
func checkVertices(t *testing.T, f collect.Fetcher, vs []*graph.Vertex) {
	t.Helper()
	for _, v := range vs {
		if v.ID == "" || !slices.Contains(f.Yields, v.Type) {
			t.Errorf("%s yields %s %q, which it does not announce", f.Name, v.Type, v.ID)
		}
		n, err := graph.Normalize(v.Attrs)
		if err != nil || !reflect.DeepEqual(n, map[string]any(v.Attrs)) {
			t.Errorf("%s: attributes of %q are not in the form that attributes have: %v", f.Name, v.ID, err)
		}
	}
}
