package health

import (
	"context"
	"errors"
	"slices"

	"calipso/graph"
	"calipso/query"
)

// places reads what instances name, each thing once.
type places struct {
	view *graph.View
	read map[graph.ID]*graph.Vertex // nil: it is not there
}

func newPlaces(v *graph.View) *places { return &places{v, map[graph.ID]*graph.Vertex{}} }

// vertex is nil if there is none.
func (p *places) vertex(ctx context.Context, id graph.ID) (*graph.Vertex, error) {
	if v, known := p.read[id]; known || id == "" {
		return v, nil
	}
	v, err := p.view.Vertex(ctx, id)
	if err != nil && !errors.Is(err, graph.ErrNotFound) {
		return nil, err
	}
	p.read[id] = v
	return v, nil
}

func refOf(v *graph.Vertex) query.Ref { return query.Ref{ID: v.ID, Type: v.Type, Name: v.Text()} }

// instance says where an instance is. Its zone is its own, else its host's; its
// project its own, else that of its networks if they agree.
func (p *places) instance(ctx context.Context, v *graph.Vertex) (Instance, error) {
	i := Instance{Ref: refOf(v), Reasons: []string{}, Host: v.Host, Zone: v.Attrs.String("availability_zone"), Project: v.Attrs.String("project"), Networks: []query.Ref{}, VNICs: []VNIC{}}
	if i.Zone == "" {
		host, err := p.vertex(ctx, graph.ID(v.Host))
		if err != nil {
			return i, err
		}
		if host != nil {
			i.Zone = host.Attrs.String("zone")
		}
	}
	var projects []string
	ids := slices.Sorted(slices.Values(v.Attrs.Strings("network")))
	for _, id := range slices.Compact(ids) {
		n, err := p.vertex(ctx, graph.ID(id))
		if err != nil {
			return i, err
		}
		if n == nil || n.Type != graph.Network {
			i.Networks = append(i.Networks, query.Ref{ID: graph.ID(id), Type: graph.Network, Name: id})
			continue
		}
		i.Networks = append(i.Networks, refOf(n))
		projects = append(projects, n.Attrs.String("project"))
	}
	slices.Sort(projects)
	if projects = slices.Compact(projects); i.Project == "" && len(projects) == 1 {
		i.Project = projects[0]
	}
	return i, nil
}
