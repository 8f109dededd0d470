package diff

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/query"
)

// guests are the types of things that people deploy, in the order in which what
// came with them is counted to them. Others, such as vNICs, come with one.
var guests = []graph.VertexType{
	graph.Instance, catalog.Pod, catalog.Container, graph.VService, graph.Network, graph.Host, graph.Switch, graph.Project,
}

// shared are the types by which one is a neighbour, the host apart.
var shared = []graph.VertexType{graph.VEdge, graph.HostPNIC, graph.Network, graph.SwitchPNIC}

// neighbours lists what came outside the scope and shares a host, a virtual
// switch, an interface, a network or a switch port with it (rule S-09).
func (d *differ) neighbours(ctx context.Context) error {
	if d.within == nil || d.within.new.extent == nil || len(d.elsewhere) == 0 {
		return nil
	}
	s := &d.within.new
	came := map[uint32]vertexPair{}
	var order []uint32
	for _, p := range d.elsewhere {
		if catalog.IsFolder(p.New.Type) {
			continue
		}
		n, err := s.num(ctx, p.New.ID)
		if err != nil {
			return err
		}
		came[n], order = p, append(order, n)
	}
	rank := func(n uint32) int {
		if i := slices.Index(guests, came[n].New.Type); i >= 0 {
			return i
		}
		return len(guests)
	}
	slices.SortFunc(order, func(a, b uint32) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	cliques := map[uint32][]uint32{}
	err := d.opt.Extents.Cliques(ctx, s.view.Env(), s.view.Time(), order, func(focal uint32, members []uint32) { cliques[focal] = members })
	if err != nil {
		return err
	}
	below, err := d.below(ctx, came, order)
	if err != nil {
		return err
	}
	common := map[uint32]bool{}
	for _, n := range s.extent.Within(shared...) {
		common[n] = true
	}
	hosts := s.extent.Hosts()
	counted := map[uint32]bool{}
	for _, n := range order {
		if counted[n] {
			continue
		}
		with := 0
		for _, m := range slices.Concat(cliques[n], below[n]) {
			if _, ok := came[m]; ok && m != n && !counted[m] && rank(m) == len(guests) {
				counted[m] = true
				with++
			}
		}
		var uses []uint32
		if host, err := s.num(ctx, graph.ID(came[n].New.Host)); err == nil {
			if _, on := slices.BinarySearch(hosts, host); on {
				uses = append(uses, host)
			}
		} else if !errors.Is(err, graph.ErrNotFound) {
			return err
		}
		for _, m := range cliques[n] {
			if common[m] {
				uses = append(uses, m)
			}
		}
		if len(uses) == 0 {
			continue
		}
		if err := d.neighbour(ctx, came[n], uses, with); err != nil {
			return err
		}
	}
	return nil
}

// below finds, of what came, what hangs under other things that came, and the
// ports of these.
func (d *differ) below(ctx context.Context, came map[uint32]vertexPair, order []uint32) (map[uint32][]uint32, error) {
	g, err := d.within.new.view.Topology(ctx)
	if err != nil {
		return nil, err
	}
	byID := map[graph.ID]uint32{}
	for _, n := range order {
		byID[came[n].New.ID] = n
	}
	out := map[uint32][]uint32{}
	for _, n := range order {
		if of, ok := byID[graph.ID(came[n].New.Attrs.String("device_id"))]; ok {
			out[of] = append(out[of], n)
		}
		seen := map[uint32]bool{n: true}
		for at, ok := g.Parent(n); ok && !seen[at]; at, ok = g.Parent(at) {
			seen[at] = true
			if _, is := came[at]; is {
				out[at] = append(out[at], n)
			}
		}
	}
	return out, nil
}

func (d *differ) neighbour(ctx context.Context, p vertexPair, uses []uint32, with int) error {
	x := Neighbour{With: with}
	x.Time, x.Cause = d.last(p.Touched)
	var err error
	if x.Object, err = d.new.object(ctx, x.Object, p.New); err != nil {
		return err
	}
	vertices, err := d.within.new.view.VerticesByNum(ctx, uses)
	if err != nil {
		return err
	}
	for _, v := range vertices {
		x.Shares = append(x.Shares, refOf(v))
	}
	slices.SortFunc(x.Shares, compareRefs)
	d.r.SharedNeighbours = append(d.r.SharedNeighbours, x)
	return nil
}

func compareRefs(a, b query.Ref) int {
	return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}
