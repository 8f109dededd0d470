package health

import (
	"context"
	"errors"

	"calipso/graph"
	"calipso/query"
	"calipso/query/extent"
)

// missing adds the instances that are expected and not there.
func (m *maker) missing(ctx context.Context) error {
	there := map[graph.ID]bool{}
	for _, i := range m.r.Instances {
		there[i.ID] = true
	}
	lost := func(i Instance, reason string) {
		there[i.ID] = true
		i.Status, i.Reasons = NotFound, []string{reason}
		m.r.Instances = append(m.r.Instances, i)
	}
	if m.q.Baseline != graph.Now {
		if err := m.gone(ctx, there, lost); err != nil {
			return err
		}
	}
	if m.q.Scope == nil {
		return nil
	}
	sel, _ := m.q.Scope.Of(m.q.Env)
	for _, id := range sel.Objects {
		if there[id] {
			continue
		}
		switch _, err := m.view.Vertex(ctx, id); {
		case err == nil: // no instance
			continue
		case !errors.Is(err, graph.ErrNotFound):
			return err
		}
		v, at, err := m.last(ctx, id)
		if err != nil {
			return err
		}
		switch {
		case v == nil:
			lost(Instance{Ref: query.Ref{ID: id, Type: graph.Instance, Name: string(id)}, Networks: []query.Ref{}, VNICs: []VNIC{}}, "named by the scope, never seen")
		case v.Type == graph.Instance:
			lost(Instance{Ref: refOf(v), Host: v.Host, Zone: v.Attrs.String("availability_zone"), Project: v.Attrs.String("project"), Networks: []query.Ref{}, VNICs: []VNIC{}}, "named by the scope, last changed at "+at.String()+", not found now")
		}
	}
	return nil
}

// last is an object as it was last before the time of the report; nil: it never
// was.
func (m *maker) last(ctx context.Context, id graph.ID) (*graph.Vertex, graph.Time, error) {
	for v, err := range m.store.History(ctx, m.q.Env, id) {
		if errors.Is(err, graph.ErrNotFound) {
			return nil, 0, nil
		}
		if err != nil {
			return nil, 0, err
		}
		if v.Vertex != nil && v.Time <= m.view.Time() {
			return v.Vertex, v.Time, nil
		}
	}
	return nil, 0, nil
}

// gone finds the instances of the baseline that are not there any more.
func (m *maker) gone(ctx context.Context, there map[graph.ID]bool, lost func(Instance, string)) error {
	then, err := m.store.View(ctx, m.q.Env, m.q.Baseline)
	if err != nil {
		return err
	}
	places := newPlaces(then)
	var in *extent.Extent
	if m.q.Scope != nil {
		if in, err = m.q.Extents.Of(ctx, m.q.Scope, m.q.Env, then.Time()); err != nil {
			return err
		}
	}
	for v, err := range then.Vertices(ctx, graph.Instance) {
		if err != nil {
			return err
		}
		if there[v.ID] {
			continue
		}
		switch _, err := m.view.Vertex(ctx, v.ID); {
		case err == nil: // it left the scope
			continue
		case !errors.Is(err, graph.ErrNotFound):
			return err
		}
		there, err := member(ctx, in, then, v)
		if err != nil {
			return err
		}
		if !there {
			continue
		}
		i, err := places.instance(ctx, v)
		if err != nil {
			return err
		}
		lost(i, "there at "+m.q.Baseline.String()+", not found now")
	}
	return nil
}
