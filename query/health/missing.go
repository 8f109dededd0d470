package health

import (
	"context"
	"errors"

	"calipso/graph"
	"calipso/query"
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
	for _, id := range m.q.Scope.Expected {
		if !there[id] {
			lost(Instance{Ref: query.Ref{ID: id, Type: graph.Instance, Name: string(id)}, Networks: []query.Ref{}, VNICs: []VNIC{}}, "named by the scope, not found")
		}
	}
	return nil
}

// gone finds the instances of the baseline that are not there any more.
func (m *maker) gone(ctx context.Context, there map[graph.ID]bool, lost func(Instance, string)) error {
	then, err := m.store.View(ctx, m.q.Env, m.q.Baseline)
	if err != nil {
		return err
	}
	places := newPlaces(then)
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
		in, err := m.contains(ctx, then, v)
		if err != nil {
			return err
		}
		if !in {
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
