package reference

import (
	"fmt"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/graph/catalog"
)

// checkChain says at which step a clique type's link types break off: each
// starts at objects of a type that the focal point is of, or that some step
// before has reached. A step that nothing leads to would find nothing, ever.
func checkChain(t catalog.CliqueType) (wrong []Complaint) {
	reached := []graph.VertexType{t.FocalPoint}
	for i, l := range t.LinkTypes {
		from, to, _ := l.Ends()
		if !slices.Contains(reached, from) {
			wrong = append(wrong, Complaint{Chain, fmt.Sprintf("link_types[%d]", i), string(l), broken(t, i, reached)})
		}
		// What lies behind a broken step is taken as reached, so that the step
		// is told once and not with all that follow from it.
		for _, end := range []graph.VertexType{from, to} {
			if !slices.Contains(reached, end) {
				reached = append(reached, end)
			}
		}
	}
	return wrong
}

// broken says why a step finds nothing and what would lead to it.
func broken(t catalog.CliqueType, step int, reached []graph.VertexType) string {
	l := t.LinkTypes[step]
	from, to, _ := l.Ends()
	names := make([]string, len(reached))
	for i, r := range reached {
		names[i] = string(r)
	}
	reason := fmt.Sprintf("step %d (%s) starts at %s, which the steps before do not reach from %s; reached are %s", step+1, l, from, t.FocalPoint, strings.Join(names, ", "))
	if slices.Contains(reached, to) {
		return reason + fmt.Sprintf("; to follow such links the other way, write %s", l.Reverse())
	}
	var before []string
	for _, e := range catalog.EdgeTypes() {
		if a, b, _ := e.Type.Ends(); b == from && slices.Contains(reached, a) {
			before = append(before, string(e.Type))
		}
	}
	if later := slices.IndexFunc(t.LinkTypes[step+1:], func(o graph.EdgeType) bool { _, b, _ := o.Ends(); return b == from }); later >= 0 {
		return reason + fmt.Sprintf("; put it behind step %d (%s)", step+later+2, t.LinkTypes[step+later+1])
	}
	if len(before) > 0 {
		return reason + "; put one of these before it: " + strings.Join(before, ", ")
	}
	return reason
}
