package extent

import (
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/topology"
)

// Extent is what a scope holds of one environment at one time. Vertices are
// known by their numbers, which belong to their ids for ever, so extents of two
// times can be compared. It never changes.
type Extent struct {
	Scope string
	Env   graph.EnvID
	Time  graph.Time // of the commit shown; Now: nothing was known yet

	nums  []uint32 // ascending; folders too
	types []uint8  // in step with nums: the codes of their types
	whys  []reason // in step with nums
	hosts []uint32 // ascending: those that members hang under, or are
	names topology.Names
	texts []string
}

// Has tells whether a vertex is within the scope: a member, or in the clique of
// one. A folder is where what it hangs under is.
func (e *Extent) Has(num uint32) bool {
	_, ok := slices.BinarySearch(e.nums, num)
	return ok
}

// Member tells whether a vertex is a member of the scope.
func (e *Extent) Member(num uint32) bool {
	i, ok := slices.BinarySearch(e.nums, num)
	return ok && e.whys[i].kind != inClique
}

// Why says why a vertex is part of the scope; ok is false if it is not.
func (e *Extent) Why(num uint32) (r Reason, ok bool) {
	i, ok := slices.BinarySearch(e.nums, num)
	if !ok {
		return Reason{}, false
	}
	w := e.whys[i]
	return Reason{Kind: kinds[w.kind], Text: e.texts[w.text], Of: w.of}, true
}

// Hosts lists the hosts on which there are members, ascending.
func (e *Extent) Hosts() []uint32 { return slices.Clone(e.hosts) }

// Members lists the members, of the given types (none given: of all) without
// folders, in the order of their numbers.
func (e *Extent) Members(types ...graph.VertexType) []uint32 {
	return e.list(types, func(r reason) bool { return r.kind != inClique })
}

// Within lists the members and what is in their cliques, as Members does.
func (e *Extent) Within(types ...graph.VertexType) []uint32 {
	return e.list(types, func(reason) bool { return true })
}

func (e *Extent) list(types []graph.VertexType, accept func(reason) bool) []uint32 {
	var wanted [256]bool
	for code := 1; code <= e.names.Len(); code++ {
		t := graph.VertexType(e.names.Name(code))
		wanted[code] = !catalog.IsFolder(t) && len(types) == 0 || slices.Contains(types, t)
	}
	out := []uint32{}
	for i, n := range e.nums {
		if wanted[e.types[i]] && accept(e.whys[i]) {
			out = append(out, n)
		}
	}
	return out
}
