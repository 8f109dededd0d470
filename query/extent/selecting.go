package extent

import (
	"context"
	"errors"
	"maps"
	"slices"

	"calipso/graph"
	"calipso/graph/scope"
	"calipso/graph/topology"
)

// selecting is the making of one extent.
type selecting struct {
	sel   scope.Selection
	view  *graph.View
	g     *topology.Graph
	why   map[uint32]reason
	texts []string
	// ids and names are those of the selected projects; a value is the index of
	// its text.
	ids, names map[string]uint32
	networks   map[string]uint32 // numbers of members that are networks, by id
}

func newSelecting(v *graph.View, g *topology.Graph, sel scope.Selection) *selecting {
	s := &selecting{
		sel: sel, view: v, g: g, why: map[uint32]reason{}, texts: []string{""},
		ids: map[string]uint32{}, names: map[string]uint32{}, networks: map[string]uint32{},
	}
	for _, p := range sel.Projects {
		t := s.text(p)
		s.ids[p], s.names[p] = t, t
	}
	return s
}

func (s *selecting) text(t string) uint32 {
	s.texts = append(s.texts, t)
	return uint32(len(s.texts) - 1)
}

// all takes everything there is.
func (s *selecting) all() {
	for n := range uint32(s.g.Len()) {
		if s.g.VertexType(n) != 0 {
			s.why[n] = reason{kind: everything}
		}
	}
}

// named takes the objects whose ids the scope names and that are there.
func (s *selecting) named(ctx context.Context) error {
	for _, id := range s.sel.Objects {
		n, err := s.view.Num(ctx, id)
		if errors.Is(err, graph.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		s.why[n] = reason{kind: object}
	}
	return nil
}

// look takes a vertex if it belongs to the scope by what it states. Projects
// come first, then networks, since others are taken by these.
func (s *selecting) look(num uint32, v *graph.Vertex) {
	r, ok := s.why[num]
	if !ok {
		if r = s.stated(num, v); r.kind == none {
			return
		}
		s.why[num] = r
	}
	switch v.Type {
	case graph.Project:
		if _, known := s.ids[string(v.ID)]; !known {
			t := r.text
			if t == 0 {
				t = s.text(v.Text())
			}
			s.ids[string(v.ID)] = t
		}
		if _, known := s.names[v.Text()]; !known {
			s.names[v.Text()] = s.ids[string(v.ID)]
		}
	case graph.Network:
		s.networks[string(v.ID)] = num
	}
}

func (s *selecting) stated(num uint32, v *graph.Vertex) reason {
	if v.Type == graph.Project {
		for _, list := range []map[string]uint32{s.ids, s.names} {
			for _, key := range []string{string(v.ID), v.Text()} {
				if t, ok := list[key]; ok {
					return reason{kind: project, text: t}
				}
			}
		}
	}
	id, name := ownerOf(v.Attrs)
	if t, ok := s.ids[id]; ok && id != "" {
		return reason{kind: project, text: t}
	}
	if t, ok := s.names[name]; ok && name != "" {
		return reason{kind: project, text: t}
	}
	for _, want := range s.sel.Tags {
		if carries(v.Attrs, want) {
			return reason{kind: tag, text: s.text(want)}
		}
	}
	switch {
	case id != "" || name != "":
		return reason{}
	case v.Type == graph.Network:
		return s.hangs(num)
	}
	return s.serves(v)
}

// serves takes what states no project but networks, all of which are members.
func (s *selecting) serves(v *graph.Vertex) reason {
	of := uint32(0)
	for _, id := range networksOf(v.Attrs) {
		n, ok := s.networks[id]
		if !ok {
			return reason{}
		}
		if of == 0 {
			of = n
		}
	}
	if of == 0 {
		return reason{}
	}
	return reason{kind: network, of: of}
}

// hangs takes a network that states no project but hangs under one that is a
// member.
func (s *selecting) hangs(num uint32) reason {
	for range maxDepth {
		parent, ok := s.g.Parent(num)
		if !ok {
			break
		}
		if _, member := s.why[parent]; member {
			return reason{kind: under, of: parent}
		}
		num = parent
	}
	return reason{}
}

// maxDepth ends a way up that goes round in a circle; trees are not so deep.
const maxDepth = 100

// nowhere marks in below what hangs under no member.
const nowhere = ^uint32(0)

// below takes what hangs under members, folders among it.
func (s *selecting) below() {
	if len(s.why) == 0 {
		return
	}
	// above is the nearest member above each vertex, itself among them; 0: not
	// known yet.
	above := make([]uint32, s.g.Len())
	for n := range s.why {
		above[n] = n
	}
	var way []uint32
	for n := range uint32(len(above)) {
		way = way[:0]
		at := n
		for above[at] == 0 {
			above[at] = nowhere // ends a circle
			way = append(way, at)
			parent, ok := s.g.Parent(at)
			if !ok {
				break
			}
			at = parent
		}
		for _, w := range way {
			above[w] = above[at]
		}
	}
	for n, of := range above {
		if num := uint32(n); of != nowhere && of != num && s.g.VertexType(num) != 0 {
			s.why[num] = reason{kind: under, of: of}
		}
	}
}

// hosts are those that members among some vertices hang under, or are.
func (s *selecting) hosts(nums []uint32) []uint32 {
	code, _ := s.g.VertexTypes().Code(string(graph.Host))
	found := map[uint32]bool{}
	for _, n := range nums {
		if s.why[n].kind == inClique {
			continue
		}
		for range maxDepth {
			if code != 0 && s.g.VertexType(n) == uint8(code) {
				found[n] = true
				break
			}
			parent, ok := s.g.Parent(n)
			if !ok {
				break
			}
			n = parent
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// order is the order in which types are looked at.
func order(g *topology.Graph) []graph.VertexType {
	out := []graph.VertexType{graph.Project, graph.Network}
	var rest []graph.VertexType
	for code := 1; code <= g.VertexTypes().Len(); code++ {
		if t := graph.VertexType(g.VertexTypes().Name(code)); owned(t) && !slices.Contains(out, t) {
			rest = append(rest, t)
		}
	}
	slices.Sort(rest)
	return append(out, rest...)
}
