package diff

import (
	"cmp"
	"context"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/topology"
)

// match finds what is the same on both sides.
func (a *across) match(ctx context.Context) error {
	if err := a.byID(ctx); err != nil {
		return err
	}
	old, err := a.alone(ctx, &a.old, a.t.text)
	if err != nil {
		return err
	}
	new, err := a.alone(ctx, &a.new, func(s string) string { return s })
	if err != nil {
		return err
	}
	for _, key := range []func(single) string{
		func(s single) string { return and(s.stable, s.name) },
		func(s single) string { return s.stable },
		func(s single) string { return s.path },
		func(s single) string { return and(a.t.text(s.device), a.t.text(s.network)) },
	} {
		a.byKey(old, new, key)
	}
	return a.byLinks(ctx)
}

// and joins two keys, both of which must be there.
func and(x, y string) string {
	if x == "" || y == "" {
		return ""
	}
	return x + "\x00" + y
}

// byID matches by translated ids. Those of the smaller side are held.
func (a *across) byID(ctx context.Context) error {
	small, large := &a.old, &a.new
	if small.g.Vertices() > large.g.Vertices() {
		small, large = large, small
	}
	idOf := func(l *land, v *graph.Vertex) string {
		if l == &a.old {
			return a.t.text(string(v.ID))
		}
		return string(v.ID)
	}
	all := func(uint32) bool { return true }
	known := make(map[string]uint32, small.g.Vertices())
	err := small.each(ctx, all, func(nums []uint32, list []*graph.Vertex) error {
		for i, v := range list {
			known[idOf(small, v)] = nums[i]
		}
		return nil
	})
	if err != nil {
		return err
	}
	return large.each(ctx, all, func(nums []uint32, list []*graph.Vertex) error {
		for i, v := range list {
			n, ok := known[idOf(large, v)]
			if ok && small.peer[n] == 0 && small.typeOf(n) == v.Type {
				small.peer[n], large.peer[nums[i]] = nums[i], n
			}
		}
		return nil
	})
}

// single is a vertex without a counterpart so far, as the new side would name
// it; empty keys match nothing.
type single struct {
	num                uint32
	typ                graph.VertexType
	id                 graph.ID
	name, stable, path string
	device, network    string // of a port
}

func (a *across) alone(ctx context.Context, l *land, text func(string) string) ([]single, error) {
	var out []single
	above := map[uint32]string{}
	err := l.each(ctx, func(n uint32) bool { return l.peer[n] == 0 }, func(nums []uint32, list []*graph.Vertex) error {
		for i, v := range list {
			parent, _ := l.g.Parent(nums[i])
			up, err := l.names(ctx, parent, text, above)
			if err != nil {
				return err
			}
			s := single{num: nums[i], typ: v.Type, id: v.ID, name: text(v.Text()), stable: text(stableKey(v))}
			if project := cmp.Or(v.Attrs.String("project"), v.Attrs.String("project_name")); v.Type == graph.Instance && project != "" {
				// Where an instance runs is no part of what it is.
				s.path = "project/" + text(project) + "/" + s.name
			} else if v.Name != "" {
				s.path = up + "/" + s.name
			}
			if v.Type == graph.Port {
				s.device, s.network = v.Attrs.String("device_id"), v.Attrs.String("network_id")
			}
			out = append(out, s)
		}
		return nil
	})
	return out, err
}

// names joins the names of what is above, folders left out.
func (l *land) names(ctx context.Context, n uint32, text func(string) string, known map[uint32]string) (string, error) {
	if n == 0 || l.g.VertexType(n) == 0 {
		return "", nil
	}
	if s, ok := known[n]; ok {
		return s, nil
	}
	known[n] = "" // ends a circle
	parent, _ := l.g.Parent(n)
	up, err := l.names(ctx, parent, text, known)
	if err != nil {
		return "", err
	}
	if !catalog.IsFolder(l.typeOf(n)) {
		list, err := l.view.VerticesByNum(ctx, []uint32{n})
		if err != nil {
			return "", err
		}
		up += "/" + text(list[0].Text())
	}
	known[n] = up
	return up, nil
}

// byKey matches what has the same type and key on both sides, once each.
func (a *across) byKey(old, new []single, key func(single) string) {
	type found struct{ old, new []single }
	all := map[string]*found{}
	keep := func(list []single, l *land, add func(*found, single)) {
		for _, s := range list {
			k := key(s)
			if k == "" || l.peer[s.num] != 0 {
				continue
			}
			k = string(s.typ) + "\x00" + k
			if all[k] == nil {
				all[k] = &found{}
			}
			add(all[k], s)
		}
	}
	keep(old, &a.old, func(f *found, s single) { f.old = append(f.old, s) })
	keep(new, &a.new, func(f *found, s single) { f.new = append(f.new, s) })
	for _, f := range all {
		if len(f.old) == 1 && len(f.new) == 1 {
			a.pair(f.old[0].num, f.new[0].num)
			a.t.ids[string(f.old[0].id)] = string(f.new[0].id)
		}
	}
}

// plugged are the types whose names are made of ids: what they are follows from
// what they are linked to.
var plugged = []graph.VertexType{graph.VNIC, graph.VConnector}

// byLinks matches what is plugged into the same thing on both sides, if it is
// the only one of its type there, until nothing more is found.
func (a *across) byLinks(ctx context.Context) error {
	var work []uint32
	for n, p := range a.old.peer {
		if p != 0 {
			work = append(work, uint32(n))
		}
	}
	for len(work) > 0 {
		n := work[0]
		work = work[1:]
		for _, t := range plugged {
			for _, arcs := range []func(*topology.Graph, uint32) []topology.Arc{(*topology.Graph).Out, (*topology.Graph).In} {
				x, y := a.old.only(arcs, n, t), a.new.only(arcs, a.old.peer[n], t)
				if x == 0 || y == 0 || a.old.peer[x] != 0 || a.new.peer[y] != 0 {
					continue
				}
				was, err := a.old.view.VerticesByNum(ctx, []uint32{x})
				if err != nil {
					return err
				}
				is, err := a.new.view.VerticesByNum(ctx, []uint32{y})
				if err != nil {
					return err
				}
				a.pair(x, y)
				a.t.ids[string(was[0].ID)] = string(is[0].ID)
				work = append(work, x)
			}
		}
	}
	return nil
}

// only is the one neighbour of a type that has no counterpart yet; 0 if there is
// none, or more.
func (l *land) only(arcs func(*topology.Graph, uint32) []topology.Arc, n uint32, t graph.VertexType) uint32 {
	code, ok := l.g.VertexTypes().Code(string(t))
	if !ok {
		return 0
	}
	var found []uint32
	for _, arc := range arcs(l.g, n) {
		if l.g.VertexType(arc.Peer) == uint8(code) && l.peer[arc.Peer] == 0 && !slices.Contains(found, arc.Peer) {
			if found = append(found, arc.Peer); len(found) > 1 {
				return 0
			}
		}
	}
	if len(found) == 0 {
		return 0
	}
	return found[0]
}
