package query

import (
	"context"

	"calipso/graph"
)

// Link is an edge with the objects at its ends.
type Link struct {
	Environment graph.EnvID     `json:"environment"`
	Type        graph.EdgeType  `json:"link_type"`
	Name        string          `json:"link_name"`
	State       graph.EdgeState `json:"state"`
	Source      Ref             `json:"source"`
	Target      Ref             `json:"target"`
	Host        string          `json:"host,omitempty"`
	Switch      string          `json:"switch,omitempty"`
	Implicit    bool            `json:"implicit"`
	Attributes  graph.Attrs     `json:"attributes,omitempty"`
	// Edge is the link as it is stored.
	Edge *graph.Edge `json:"-"`
}

func linkOf(env graph.EnvID, e *graph.Edge, source, target Ref) Link {
	l := Link{
		Environment: env, Type: e.Type, Name: e.Name, State: e.State, Source: source, Target: target,
		Host: e.Host, Switch: e.Switch, Implicit: e.Implicit, Attributes: e.Attrs, Edge: e,
	}
	if l.State == "" {
		l.State = graph.Up
	}
	return l
}

// ends makes links of edges; it reads each vertex once. Vertices known already
// may be given.
func ends(ctx context.Context, v View, edges []*graph.Edge, known map[graph.ID]Ref) ([]Link, error) {
	if known == nil {
		known = map[graph.ID]Ref{}
	}
	ref := func(id graph.ID) (Ref, error) {
		if r, ok := known[id]; ok {
			return r, nil
		}
		x, err := v.Vertex(ctx, id)
		if err != nil {
			return Ref{}, err
		}
		known[id] = refOf(x)
		return known[id], nil
	}
	out := make([]Link, 0, len(edges))
	for _, e := range edges {
		source, err := ref(e.From)
		if err != nil {
			return nil, err
		}
		target, err := ref(e.To)
		if err != nil {
			return nil, err
		}
		out = append(out, linkOf(v.Env(), e, source, target))
	}
	return out, nil
}
