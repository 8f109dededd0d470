package health

import (
	"cmp"
	"context"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"calipso/graph"
	"calipso/query"
)

// chains follows each instance to the physical NICs. What stands on the way
// counts for its status.
func (m *maker) chains(ctx context.Context) error {
	var there []*Instance
	for n := range m.r.Instances {
		if i := &m.r.Instances[n]; i.Status != NotFound {
			there = append(there, i)
		}
	}
	// Those of one host share most of their cliques.
	slices.SortFunc(there, func(a, b *Instance) int { return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.ID, b.ID)) })
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for some := range slices.Chunk(there, chainsChunk) {
		g.Go(func() error {
			ids := make([]graph.ID, len(some))
			for n, i := range some {
				ids[n] = i.ID
			}
			n := 0
			return m.cliques.Cliques(ctx, query.At{Env: m.q.Env, Time: m.view.Time()}, ids, func(c *query.Clique) error {
				m.chain(some[n], c)
				n++
				return ctx.Err()
			})
		})
	}
	return g.Wait()
}

// chainsChunk is how many instances one worker takes at a time.
const chainsChunk = 512

// chain fills in the vNICs of an instance from its clique.
func (m *maker) chain(i *Instance, c *query.Clique) {
	w := newWalk(i.ID, c)
	for _, n := range c.Nodes {
		if n.Type != graph.VNIC || n.Step != w.first {
			continue
		}
		v := VNIC{Ref: n.Ref, MAC: n.Vertex.Attrs.String("mac_address")}
		path, down := w.path(n.ID, n.Vertex.Attrs.String("network"))
		v.Connected = w.nodes[path[len(path)-1]].Type == graph.HostPNIC
		for _, id := range path {
			x := w.nodes[id]
			level, reasons := Of(x.Vertex)
			v.Path = append(v.Path, Hop{x.Ref, x.Host, level})
			for _, r := range reasons {
				i.against(level, x.Name+": "+r)
			}
		}
		switch {
		case !v.Connected:
			i.against(Warning, n.Name+": no way to a physical NIC is known")
		case down != "":
			i.against(Error, n.Name+": link "+down+" is down")
		}
		i.VNICs = append(i.VNICs, v)
	}
	if len(i.VNICs) == 0 && len(i.Networks) > 0 {
		i.against(Warning, "no vNIC is known")
	}
}

// against lowers the status, giving the reason once.
func (i *Instance) against(l Level, reason string) {
	i.Status = worst(i.Status, l)
	if !slices.Contains(i.Reasons, reason) {
		i.Reasons = append(i.Reasons, reason)
	}
}

// walk goes from vNICs to physical NICs inside one clique.
type walk struct {
	nodes map[graph.ID]query.CliqueNode
	arcs  map[graph.ID][]arc
	first int // the step on which the vNICs of the focal point were found
}

type arc struct {
	to   graph.ID
	name string
	down bool
}

// newWalk leaves out the focal point, which would join its vNICs.
func newWalk(focal graph.ID, c *query.Clique) *walk {
	w := &walk{nodes: map[graph.ID]query.CliqueNode{}, arcs: map[graph.ID][]arc{}}
	for _, n := range c.Nodes {
		w.nodes[n.ID] = n
		if n.Type == graph.VNIC && w.first == 0 {
			w.first = n.Step
		}
	}
	for _, l := range c.Links {
		from, to := l.Source, l.Target
		if from.ID == focal || to.ID == focal {
			continue
		}
		name := from.Name + " – " + to.Name
		w.arcs[from.ID] = append(w.arcs[from.ID], arc{to.ID, name, l.State == graph.Down})
		w.arcs[to.ID] = append(w.arcs[to.ID], arc{from.ID, name, l.State == graph.Down})
	}
	for _, list := range w.arcs {
		slices.SortFunc(list, func(a, b arc) int { return cmp.Compare(a.to, b.to) })
	}
	return w
}

// path is the shortest way from a vNIC to a physical NIC, of those that carry
// its network if any does; else the vNIC alone. Down names a link on it that is
// down.
func (w *walk) path(vnic graph.ID, network string) (path []graph.ID, down string) {
	type step struct {
		from graph.ID
		arc  arc
	}
	came := map[graph.ID]step{vnic: {}}
	queue := []graph.ID{vnic}
	var ends []graph.ID
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if w.nodes[at].Type == graph.HostPNIC {
			ends = append(ends, at)
			continue
		}
		for _, a := range w.arcs[at] {
			if _, been := came[a.to]; been {
				continue
			}
			if t := w.nodes[a.to].Type; t == graph.VNIC || t == graph.Network || t == graph.Instance {
				continue
			}
			came[a.to] = step{at, a}
			queue = append(queue, a.to)
		}
	}
	if len(ends) == 0 {
		return []graph.ID{vnic}, ""
	}
	end := ends[0]
	if i := slices.IndexFunc(ends, func(id graph.ID) bool { return w.carries(id, graph.ID(network)) }); i >= 0 {
		end = ends[i]
	}
	for at := end; at != vnic; at = came[at].from {
		path = append(path, at)
		if came[at].arc.down {
			down = came[at].arc.name
		}
	}
	path = append(path, vnic)
	slices.Reverse(path)
	return path, down
}

func (w *walk) carries(pnic, network graph.ID) bool {
	return network != "" && slices.ContainsFunc(w.arcs[pnic], func(a arc) bool { return a.to == network })
}
