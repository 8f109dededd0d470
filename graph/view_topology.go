package graph

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"sync"

	"calipso/graph/kv"
	"calipso/graph/topology"
)

// keptGraphs is how many past graphs an environment keeps.
const keptGraphs = 4

// pastGraphs keeps the arrays of the past times that were asked for last.
type pastGraphs struct {
	sync.Mutex
	list []pastGraph // the last one asked for is last
}

type pastGraph struct {
	at    Time
	graph *topology.Graph
}

// forget drops the graphs of times that cannot be read any more.
func (p *pastGraphs) forget(h *horizon) {
	p.Lock()
	defer p.Unlock()
	p.list = slices.DeleteFunc(p.list, func(g pastGraph) bool { return h.check("", g.at) != nil })
}

// Topology is the arrays for walks. For a past time they are made from those
// of now by undoing what was changed since, or anew if that is much; a few are
// kept.
func (v *View) Topology(ctx context.Context) (*topology.Graph, error) {
	if v.in != nil {
		if v.e.removed.Load() {
			return nil, fmt.Errorf("graph: topology of %q: %w", v.e.id, ErrNotFound)
		}
		return v.in.graph, nil
	}
	g, err := v.pastTopology(ctx)
	if err != nil {
		return nil, fmt.Errorf("graph: topology of %q at %s: %w", v.e.id, v.at, err)
	}
	return g, nil
}

// atHand are the arrays if they are there already, else nil.
func (v *View) atHand() *topology.Graph {
	if v.in != nil {
		return v.in.graph
	}
	p := &v.e.past
	if !p.TryLock() { // another one is being made
		return nil
	}
	defer p.Unlock()
	for _, g := range p.list {
		if g.at == v.at {
			return g.graph
		}
	}
	return nil
}

func (v *View) pastTopology(ctx context.Context) (*topology.Graph, error) {
	p := &v.e.past
	p.Lock()
	defer p.Unlock()
	if err := v.e.horizon.Load().check(v.e.id, v.at); err != nil {
		return nil, err
	}
	for i, g := range p.list {
		if g.at == v.at {
			p.list = append(slices.Delete(p.list, i, i+1), g)
			return g.graph, nil
		}
	}
	var g *topology.Graph
	err := v.read(ctx, func(r records) error {
		vertices, edges, few, err := v.changedSince(ctx, r)
		if err != nil {
			return err
		}
		if few {
			g, err = r.undone(ctx, v.later.graph, vertices, edges)
		} else {
			g, err = r.anew(ctx, v.later.graph)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	p.list = append(p.list, pastGraph{v.at, g})
	if len(p.list) > keptGraphs {
		p.list = slices.Delete(p.list, 0, 1)
	}
	return g, nil
}

// changedSince lists what was changed after the view's time; few tells whether
// the list is complete, since a long one is of no use. The log leads back only
// from a time that can still be read itself.
func (v *View) changedSince(ctx context.Context, r records) (vertices, edges []uint32, few bool, err error) {
	if v.e.horizon.Load().check(v.e.id, v.later.last) != nil {
		return nil, nil, false, nil
	}
	most := max(1000, (v.later.graph.Vertices()+v.later.graph.Edges())/4)
	vs, es := map[uint32]struct{}{}, map[uint32]struct{}{}
	for list, err := range r.entries(ctx, v.at, v.later.last) {
		if err != nil {
			return nil, nil, false, err
		}
		for _, e := range list {
			switch e.what {
			case entryVertex:
				vs[e.num] = struct{}{}
			case entryEdge:
				es[e.num] = struct{}{}
			}
		}
		if len(vs)+len(es) > most {
			return nil, nil, false, nil
		}
	}
	return slices.Sorted(maps.Keys(vs)), slices.Sorted(maps.Keys(es)), true, nil
}

// undone takes a later graph back to r.at.
func (r records) undone(ctx context.Context, later *topology.Graph, vertices, edges []uint32) (*topology.Graph, error) {
	edit := later.Edit()
	for chunk := range slices.Chunk(vertices, readChunk) {
		vs, err := r.vertices(ctx, chunk)
		if err != nil {
			return nil, err
		}
		for i, ver := range vs {
			if ver == nil || ver.deleted {
				edit.RemoveVertex(chunk[i])
			} else {
				edit.SetVertex(chunk[i], ver.typ, ver.parent)
			}
		}
	}
	for chunk := range slices.Chunk(edges, readChunk) {
		es, err := r.edges(ctx, chunk)
		if err != nil {
			return nil, err
		}
		// An edge that was not there then still has a version that tells its
		// ends: the one that is there now.
		ends, err := records{Snapshot: r.Snapshot, room: r.room, at: maxTime}.edges(ctx, chunk)
		if err != nil {
			return nil, err
		}
		for i, n := range chunk {
			switch e, end := es[i], ends[i]; {
			case e != nil && !e.deleted:
				edit.SetEdge(n, e.typ, e.from, e.to, e.value)
			case end == nil:
				return nil, corrupt(fmt.Errorf("edge %d is in the log but not stored", n))
			default:
				edit.RemoveEdge(end.typ, end.from, end.to)
			}
		}
	}
	return edit.Graph(), nil
}

// anew makes the graph at r.at from all versions; names gives the codes.
func (r records) anew(ctx context.Context, names *topology.Graph) (*topology.Graph, error) {
	edit := topology.New(names.VertexTypes(), names.EdgeTypes(), names.Values()).Edit()
	err := r.heads(ctx, kindVertex, kindVertexOld, func(n uint32, b []byte) error {
		ver, err := decodeVertexVersion(b)
		if err == nil && !ver.deleted {
			edit.SetVertex(n, ver.typ, ver.parent)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	err = r.heads(ctx, kindEdge, kindEdgeOld, func(n uint32, b []byte) error {
		e, err := decodeEdgeVersion(b)
		if err == nil && !e.deleted {
			edit.SetEdge(n, e.typ, e.from, e.to, e.value)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return edit.Graph(), nil
}

// heads visits the version at r.at of everything of one kind that had one.
func (r records) heads(ctx context.Context, kind, oldKind byte, visit func(n uint32, b []byte) error) error {
	prefix := r.room.kind(kind)
	for p, err := range r.Range(ctx, kv.Prefix(prefix)) {
		if err != nil {
			return err
		}
		t, _, err := decodeHead(p.Value, docHead)
		if err != nil || len(p.Key) != len(prefix)+4 {
			return corrupt(fmt.Errorf("record %x: %w", p.Key, err))
		}
		n, b := binary.BigEndian.Uint32(p.Key[len(prefix):]), p.Value
		if t > r.at {
			if b, err = r.older(ctx, r.room.num(oldKind, n), r.at); err != nil {
				return err
			}
			if b == nil {
				continue
			}
		}
		if err := visit(n, b); err != nil {
			return fmt.Errorf("record %c %d: %w", kind, n, err)
		}
	}
	return nil
}

// countOnce counts a graph when somebody asks.
type countOnce struct {
	sync.Once
	vertices map[VertexType]int
	edges    map[EdgeType]int
}

// Counts is how many vertices and edges there are of each type that has any.
func (v *View) Counts(ctx context.Context) (vertices map[VertexType]int, edges map[EdgeType]int, err error) {
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, nil, err
	}
	if v.in == nil {
		vertices, edges = count(g)
		return vertices, edges, nil
	}
	c := &v.in.count
	c.Do(func() { c.vertices, c.edges = count(g) })
	return maps.Clone(c.vertices), maps.Clone(c.edges), nil
}

func count(g *topology.Graph) (map[VertexType]int, map[EdgeType]int) {
	var vs, es [256]int
	for n := range uint32(g.Len()) {
		vs[g.VertexType(n)]++
		for _, a := range g.Out(n) {
			es[a.Type()]++
		}
	}
	vertices, edges := map[VertexType]int{}, map[EdgeType]int{}
	for code := 1; code < 256; code++ {
		if vs[code] > 0 {
			vertices[VertexType(g.VertexTypes().Name(code))] = vs[code]
		}
		if es[code] > 0 {
			edges[EdgeType(g.EdgeTypes().Name(code))] = es[code]
		}
	}
	return vertices, edges
}
