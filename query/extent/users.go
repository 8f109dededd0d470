package extent

import (
	"context"
	"slices"

	"calipso/graph"
	"calipso/graph/clique"
	"calipso/graph/scope"
	"calipso/query"
)

// MaxUsers is how many objects a Use names; it counts them all.
const MaxUsers = 20

// Use says that a scope uses an object (rule S-23).
type Use struct {
	Scope   string `json:"scope"`
	Comment string `json:"comment,omitempty"`
	// Objects counts the members that use it: itself if it is a member, and
	// those whose cliques it is in.
	Objects int `json:"objects"`
	// Proof says why, the most telling first.
	Proof []Proof `json:"proof"`
	// Users are the first of the objects counted.
	Users []query.Ref `json:"users"`
}

// Uses lists those of some scopes that use an object, in their order.
//
// Errors: graph.ErrNotFound for the environment or the object.
func (r *Resolver) Uses(ctx context.Context, scopes []*scope.Scope, env graph.EnvID, id graph.ID, at graph.Time) ([]Use, error) {
	w, err := r.walker(ctx, env, at)
	if err != nil {
		return nil, err
	}
	num, err := w.view.Num(ctx, id)
	if err != nil {
		return nil, err
	}
	extents, err := r.all(ctx, w, scopes)
	if err != nil {
		return nil, err
	}
	out := []Use{}
	for i, e := range extents {
		if !e.Has(num) {
			continue
		}
		u, err := e.use(ctx, w, num)
		if err != nil {
			return nil, err
		}
		u.Comment = scopes[i].Comment
		out = append(out, u)
	}
	return out, nil
}

// use counts who of the members uses a vertex.
func (e *Extent) use(ctx context.Context, w *walker, num uint32) (Use, error) {
	u := Use{Scope: e.Scope, Proof: []Proof{}}
	var users []uint32
	why, _ := e.Why(num)
	if why.Kind != Clique {
		users = append(users, num)
		items, err := e.Explain(ctx, w.view, users)
		if err != nil {
			return u, err
		}
		u.Proof = append(u.Proof, items[0].Why)
	}
	if why.Kind != Everything {
		err := w.each(ctx, e.Members(), func(focal uint32, r clique.Result) {
			if focal != num && slices.ContainsFunc(r.Nodes, func(n clique.Node) bool { return n.Num == num }) {
				users = append(users, focal)
			}
		})
		if err != nil {
			return u, err
		}
	}
	u.Objects = len(users)
	vertices, err := w.view.VerticesByNum(ctx, users[:min(len(users), MaxUsers)])
	if err != nil {
		return u, err
	}
	u.Users = make([]query.Ref, len(vertices))
	for i, v := range vertices {
		u.Users[i] = refOf(v)
		if users[i] != num && !slices.ContainsFunc(u.Proof, func(p Proof) bool { return p.Kind == Clique }) {
			u.Proof = append(u.Proof, Proof{Kind: Clique, Of: &u.Users[i]})
		}
	}
	return u, nil
}
