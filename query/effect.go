package query

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/clique"
)

// EffectRequest asks what other clique types or constraints would do.
type EffectRequest struct {
	Envs   []graph.EnvID
	Focals []graph.VertexType // the focal point types to look at
	// Change makes the rules what they would be; slices are its own.
	Change func(r *clique.Rules)
	// Sample is a focal point whose clique is to be compared, in each
	// environment that has it; empty: none.
	Sample graph.ID
}

// Effect is what other rules would do to the cliques of focal points of one
// type in one environment.
type Effect struct {
	Environment graph.EnvID      `json:"environment"`
	FocalPoint  graph.VertexType `json:"focal_point_type"`
	FocalPoints int              `json:"focal_points" doc:"objects of that type, each with a clique that is made anew"`
	// Before and After are the clique types that fit best; nil: none does.
	Before *Fitting `json:"before,omitempty" doc:"the clique type that is used now; absent: none fits"`
	After  *Fitting `json:"after,omitempty" doc:"the one that is used then; absent: none fits"`
	Sample *Sample  `json:"sample,omitempty" doc:"the clique of the focal point asked for"`
}

// Fitting is the clique type that fits an environment best, and what limits it.
type Fitting struct {
	ID          graph.OID `json:"id,omitempty" doc:"absent: it is not stored yet"`
	Name        string    `json:"name"`
	Ambiguous   bool      `json:"ambiguous,omitempty" doc:"another one fits as well"`
	Constraints []string  `json:"constraints" nullable:"false" doc:"attributes that must agree along the way"`
	whole       catalog.CliqueType
}

// Sample compares the cliques of one focal point.
type Sample struct {
	FocalPoint Ref   `json:"focal_point"`
	Nodes      int   `json:"nodes" doc:"objects in its clique now"`
	NodesThen  int   `json:"nodes_then" doc:"objects in it then"`
	Links      int   `json:"links" doc:"links in its clique now"`
	LinksThen  int   `json:"links_then" doc:"links in it then"`
	Added      []Ref `json:"added" nullable:"false" doc:"objects that come in"`
	Removed    []Ref `json:"removed" nullable:"false" doc:"objects that go out"`
}

// Effects compares the rules of environments with what they would be, and
// lists what differs, by environment and focal point type. No clique is walked
// but for the sample.
//
// Errors: graph.ErrNotFound if no environment has the sample.
func (s *Service) Effects(ctx context.Context, q EffectRequest) ([]Effect, error) {
	out := []Effect{}
	sampled := q.Sample == ""
	for _, env := range q.Envs {
		book, err := s.rules(ctx, env)
		if errors.Is(err, graph.ErrNotFound) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, err
		}
		now := &book.Rules
		then := &clique.Rules{Env: now.Env, Types: slices.Clone(now.Types), Constraints: slices.Clone(now.Constraints), Options: now.Options}
		q.Change(then)
		for _, focal := range q.Focals {
			e := Effect{Environment: env, FocalPoint: focal, Before: fitting(now, focal), After: fitting(then, focal)}
			changed := !reflect.DeepEqual(e.Before, e.After)
			if !changed && sampled {
				continue
			}
			v, err := s.view(ctx, At{Env: env})
			if err != nil && !errors.Is(err, graph.ErrNotFound) {
				return nil, err
			}
			if err == nil {
				counts, _, err := v.Counts(ctx)
				if err != nil {
					return nil, err
				}
				e.FocalPoints = counts[focal]
				if e.Sample, err = s.sample(ctx, v, q.Sample, focal, now, then); err != nil {
					return nil, err
				}
			}
			sampled = sampled || e.Sample != nil
			if changed || e.Sample != nil {
				out = append(out, e)
			}
		}
	}
	if !sampled {
		return nil, notFound("focal point", string(q.Sample))
	}
	return out, nil
}

// fitting is nil if no clique type fits.
func fitting(r *clique.Rules, focal graph.VertexType) *Fitting {
	t, tie, ok := catalog.Pick(r.Env, focal, r.Types)
	if !ok {
		return nil
	}
	names := catalog.ConstraintsFor(r.Env.Name, focal, r.Constraints)
	return &Fitting{t.ID, t.Name, tie, list(names), t}
}

// sample is nil if there is no such focal point of that type.
func (s *Service) sample(ctx context.Context, v View, id graph.ID, focal graph.VertexType, now, then *clique.Rules) (*Sample, error) {
	if id == "" {
		return nil, nil
	}
	vertex, err := v.Vertex(ctx, id)
	if errors.Is(err, graph.ErrNotFound) || err == nil && vertex.Type != focal {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := &Sample{FocalPoint: refOf(vertex), Added: []Ref{}, Removed: []Ref{}}
	before, links, err := cliqueRefs(ctx, v, now, vertex)
	if err != nil {
		return nil, err
	}
	after, linksThen, err := cliqueRefs(ctx, v, then, vertex)
	if err != nil {
		return nil, err
	}
	out.Nodes, out.NodesThen, out.Links, out.LinksThen = len(before), len(after), links, linksThen
	out.Added, out.Removed = append(out.Added, without(after, before)...), append(out.Removed, without(before, after)...)
	return out, nil
}

// cliqueRefs are the objects of a clique, none if no clique type fits.
func cliqueRefs(ctx context.Context, v View, r *clique.Rules, focal *graph.Vertex) (nodes []Ref, links int, err error) {
	c, err := clique.Of(ctx, v, r, focal.ID, "")
	if errors.Is(err, graph.ErrNotFound) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	for _, x := range c.Vertices {
		nodes = append(nodes, refOf(x.Vertex))
	}
	return nodes, len(c.Edges), nil
}

// without are those of a list that another one does not have.
func without(list, other []Ref) []Ref {
	has := make(map[graph.ID]bool, len(other))
	for _, r := range other {
		has[r.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(list), func(r Ref) bool { return has[r.ID] })
}
