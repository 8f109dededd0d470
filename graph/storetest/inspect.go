package storetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/graph/topology"
)

// inspection reads a view in every way there is and compares the answers.
type inspection struct {
	*graph.View
	strings.Builder
	ctx      context.Context
	vertices map[graph.ID]*graph.Vertex
	edges    map[graph.EdgeKey]*graph.Edge
	out, in  map[graph.ID][]graph.EdgeKey // in the order of EdgesOf
}

func (r *inspection) run() error {
	r.vertices, r.edges = map[graph.ID]*graph.Vertex{}, map[graph.EdgeKey]*graph.Edge{}
	r.out, r.in = map[graph.ID][]graph.EdgeKey{}, map[graph.ID][]graph.EdgeKey{}
	types, edgeTypes := map[graph.VertexType]int{}, map[graph.EdgeType]int{}
	for v, err := range r.Vertices(r.ctx) {
		if err != nil {
			return err
		}
		fmt.Fprintln(r, vertexLine(v))
		r.vertices[v.ID] = v
		types[v.Type]++
	}
	for e, err := range r.Edges(r.ctx) {
		if err != nil {
			return err
		}
		fmt.Fprintln(r, edgeLine(e))
		r.edges[e.EdgeKey] = e
		r.out[e.From] = append(r.out[e.From], e.EdgeKey)
		r.in[e.To] = append(r.in[e.To], e.EdgeKey)
		edgeTypes[e.Type]++
	}
	for _, c := range []graph.Collection{
		graph.Environments, graph.Messages, graph.Parts, graph.ScheduledScans, graph.Scans, graph.Snapshots, graph.Tokens, graph.Users,
	} {
		for d, err := range r.Documents(r.ctx, c) {
			if err != nil {
				return err
			}
			fmt.Fprintln(r, docLine(d))
		}
	}
	vs, es, err := r.Counts(r.ctx)
	if err != nil {
		return err
	}
	if !maps.Equal(vs, types) || !maps.Equal(es, edgeTypes) {
		return fmt.Errorf("counts are %v and %v, there are %v and %v", vs, es, types, edgeTypes)
	}
	for _, check := range []func() error{r.singles, r.tree, r.arrays} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func vertexLine(v *graph.Vertex) string {
	return fmt.Sprintf("%s %s (%s, %s, %s, in %q, part %q) %v", v.Type, v.ID, v.Name, v.ObjectName, v.Host, v.Parent, v.Part, v.Attrs)
}

func edgeLine(e *graph.Edge) string {
	return fmt.Sprintf("%s %s→%s (%s, %s, %s, %s, %v) %v", e.Type, e.From, e.To, e.Name, e.State, e.Host, e.Switch, e.Implicit, e.Attrs)
}

func docLine(d *graph.Document) string {
	return fmt.Sprintf("%s/%s %v", d.Collection, d.ID, d.Body)
}

// singles reads each thing by itself.
func (r *inspection) singles() error {
	for id, want := range r.vertices {
		v, err := r.Vertex(r.ctx, id)
		if err != nil {
			return err
		}
		n, err := r.Num(r.ctx, id)
		if err != nil {
			return err
		}
		byNum, err := r.VerticesByNum(r.ctx, []uint32{n})
		if err != nil {
			return err
		}
		if vertexLine(v) != vertexLine(want) || vertexLine(byNum[0]) != vertexLine(want) {
			return fmt.Errorf("vertex %q reads differently alone", id)
		}
		out, in, err := r.EdgesOf(r.ctx, id)
		if err != nil {
			return err
		}
		if err := r.edgesOf(id, out, in); err != nil {
			return err
		}
	}
	for k, want := range r.edges {
		e, err := r.Edge(r.ctx, k)
		if err != nil {
			return err
		}
		if edgeLine(e) != edgeLine(want) {
			return fmt.Errorf("edge %v reads differently alone", k)
		}
		if r.vertices[k.From] == nil || r.vertices[k.To] == nil {
			return fmt.Errorf("edge %v lacks an end", k)
		}
	}
	return nil
}

func (r *inspection) edgesOf(id graph.ID, out, in []*graph.Edge) error {
	for _, c := range []struct {
		got  []*graph.Edge
		want []graph.EdgeKey
	}{{out, r.out[id]}, {in, r.in[id]}} {
		var got []graph.EdgeKey
		for _, e := range c.got {
			got = append(got, e.EdgeKey)
		}
		if !slices.Equal(got, c.want) {
			return fmt.Errorf("edges of %q: %v, want %v", id, got, c.want)
		}
	}
	return nil
}

// tree compares children with the parents that vertices state.
func (r *inspection) tree() error {
	under := map[graph.ID]int{}
	for _, v := range r.vertices {
		under[v.Parent]++
	}
	under[""] += 0
	for parent, want := range under {
		var last *graph.Vertex
		n := 0
		for c, err := range r.Children(r.ctx, parent) {
			if err != nil {
				return err
			}
			if c.Parent != parent || r.vertices[c.ID] == nil {
				return fmt.Errorf("%q is no child of %q", c.ID, parent)
			}
			if last != nil && (last.Type > c.Type || last.Type == c.Type && last.Text() > c.Text()) {
				return fmt.Errorf("children of %q are not in order", parent)
			}
			last = c
			n++
		}
		if n != want {
			return fmt.Errorf("%q has %d children, want %d", parent, n, want)
		}
	}
	for id := range r.vertices {
		path, err := r.Path(r.ctx, id)
		if errors.Is(err, graph.ErrCorrupt) && r.circle(id) {
			continue
		}
		if err != nil {
			return err
		}
		if path[len(path)-1].ID != id || r.vertices[path[0].Parent] != nil {
			return fmt.Errorf("path of %q is not whole", id)
		}
	}
	return nil
}

func (r *inspection) circle(id graph.ID) bool {
	for range r.vertices {
		v := r.vertices[id]
		if v == nil {
			return false
		}
		id = v.Parent
	}
	return r.vertices[id] != nil
}

// arrays compares the arrays with the graph built anew from what was read.
func (r *inspection) arrays() error {
	g, err := r.Topology(r.ctx)
	if err != nil {
		return err
	}
	edit := topology.New(g.VertexTypes(), g.EdgeTypes(), g.Values()).Edit()
	num := map[graph.ID]uint32{}
	for id := range r.vertices {
		if num[id], err = r.Num(r.ctx, id); err != nil {
			return err
		}
	}
	for id, v := range r.vertices {
		typ, ok := g.VertexTypes().Code(string(v.Type))
		if !ok {
			return fmt.Errorf("type %q has no code", v.Type)
		}
		parent, has := num[v.Parent]
		if p, _ := g.Parent(num[id]); v.Parent != "" && !has {
			parent = p // not there; any number that is dead will do
			if p == 0 || g.VertexType(p) != 0 {
				return fmt.Errorf("%q hangs under number %d", id, p)
			}
		}
		edit.SetVertex(num[id], uint8(typ), parent)
	}
	for k, e := range r.edges {
		typ, _ := g.EdgeTypes().Code(string(k.Type))
		value, ok := g.Values().Code(graph.CarriedValue(e.Attrs))
		if !ok {
			return fmt.Errorf("value of edge %v has no code", k)
		}
		arc, ok := g.Find(uint8(typ), num[k.From], num[k.To])
		if !ok {
			return fmt.Errorf("edge %v is not in the arrays", k)
		}
		edit.SetEdge(arc.Edge, uint8(typ), num[k.From], num[k.To], uint32(value))
		if same, err := r.EdgesByNum(r.ctx, []uint32{arc.Edge}); err != nil || same[0].EdgeKey != k {
			return fmt.Errorf("edge %v by number: %v, %w", k, same, err)
		}
	}
	if !g.Equal(edit.Graph()) {
		return errors.New("the arrays are not those of the graph")
	}
	return nil
}
