package query

import (
	"context"
	"errors"
	"strings"
	"time"

	"calipso/graph"
	"calipso/graph/document"
)

// Ref names an object in answers that are about others.
type Ref struct {
	ID   graph.ID         `json:"id"`
	Type graph.VertexType `json:"type"`
	Name string           `json:"name"`
}

func refOf(v *graph.Vertex) Ref { return Ref{v.ID, v.Type, v.Text()} }

// Object is a vertex with what is derived for it.
type Object struct {
	Environment graph.EnvID      `json:"environment"`
	ID          graph.ID         `json:"id"`
	Type        graph.VertexType `json:"type"`
	Name        string           `json:"name"`
	ObjectName  string           `json:"object_name"`
	Host        string           `json:"host,omitempty"`
	// ParentID and ParentType are the environment's name and type graph.Root
	// for the topmost objects.
	ParentID   graph.ID         `json:"parent_id"`
	ParentType graph.VertexType `json:"parent_type"`
	// IDPath and NamePath are "/", the environment, and the ids (names) from
	// the topmost object down to this one, with slashes between.
	IDPath   string `json:"id_path"`
	NamePath string `json:"name_path"`
	// Path are the objects that the paths are made of.
	Path []Ref `json:"path"`
	// LastScanned is when the part of the scan that states the object last
	// answered completely; nil if none does (imported, or made by a user).
	LastScanned *time.Time `json:"last_scanned,omitempty"`
	// Stale is true if that part's last attempt failed, for the reason given.
	Stale       bool        `json:"stale,omitempty"`
	StaleReason string      `json:"stale_reason,omitempty"`
	Attributes  graph.Attrs `json:"attributes"`
	// Vertex is the object as it is stored.
	Vertex *graph.Vertex `json:"-"`
}

// Document is the object in the documented inventory shape, with the reason if
// it is stale.
func (o *Object) Document() map[string]any {
	p := document.Place{Stale: o.Stale}
	if o.LastScanned != nil {
		p.LastScanned = o.LastScanned.UTC()
	}
	for _, r := range o.Path {
		p.Path = append(p.Path, document.Step{ID: r.ID, Type: r.Type, Name: r.Name})
	}
	d := document.Object(o.Environment, o.Vertex, p)
	if o.StaleReason != "" {
		d["stale_reason"] = o.StaleReason
	}
	return d
}

// ObjectRequest asks for one object.
type ObjectRequest struct {
	At
	ID graph.ID
}

// Object answers with one object.
//
// Errors: graph.ErrNotFound naming the environment or the object.
func (s *Service) Object(ctx context.Context, q ObjectRequest) (*Object, error) {
	v, err := s.view(ctx, q.At)
	if err != nil {
		return nil, err
	}
	vertex, err := v.Vertex(ctx, q.ID)
	if err != nil {
		return nil, err
	}
	return newReading(v).object(ctx, vertex)
}

// ObjectsByNum reads objects of a view by their numbers, in that order.
//
// Errors: graph.ErrNotFound if one of them is not there.
func (s *Service) ObjectsByNum(ctx context.Context, v View, nums []uint32) ([]Object, error) {
	list, err := v.VerticesByNum(ctx, nums)
	if err != nil {
		return nil, err
	}
	return newReading(v).objects(ctx, list)
}

// reading makes objects of the vertices of one view; it reads each parent and
// each part of a scan once.
type reading struct {
	view  View
	paths map[graph.ID][]Ref
	parts map[string]part
}

func newReading(v View) *reading {
	return &reading{view: v, paths: map[graph.ID][]Ref{}, parts: map[string]part{}}
}

func (r *reading) objects(ctx context.Context, list []*graph.Vertex) ([]Object, error) {
	out := make([]Object, 0, len(list))
	for _, v := range list {
		o, err := r.object(ctx, v)
		if err != nil {
			return nil, err
		}
		out = append(out, *o)
	}
	return out, nil
}

func (r *reading) object(ctx context.Context, v *graph.Vertex) (*Object, error) {
	env := r.view.Env()
	o := &Object{
		Environment: env, ID: v.ID, Type: v.Type, Name: v.Text(), ObjectName: v.ObjectName, Host: v.Host,
		ParentID: v.Parent, Attributes: v.Attrs, Vertex: v,
	}
	if o.ObjectName == "" {
		o.ObjectName = o.Name
	}
	above, err := r.path(ctx, v.Parent)
	if err != nil {
		return nil, err
	}
	if v.Parent == "" {
		o.ParentID, o.ParentType = graph.ID(env), graph.Root
	} else if len(above) > 0 {
		o.ParentType = above[len(above)-1].Type
	}
	o.Path = append(above[:len(above):len(above)], refOf(v))
	o.IDPath, o.NamePath = paths(env, o.Path)
	p, err := r.part(ctx, v.Part)
	if err != nil {
		return nil, err
	}
	o.Stale, o.StaleReason = p.failed(), p.reason
	if !p.ok.IsZero() {
		o.LastScanned = &p.ok
	}
	return o, nil
}

// path lists the objects from the topmost one down to id. One that names a
// parent which is not there stands under nothing.
func (r *reading) path(ctx context.Context, id graph.ID) ([]Ref, error) {
	if id == "" {
		return nil, nil
	}
	if known, ok := r.paths[id]; ok {
		return known, nil
	}
	list, err := r.view.Path(ctx, id)
	if err != nil && !errors.Is(err, graph.ErrNotFound) {
		return nil, err
	}
	refs := make([]Ref, len(list))
	for i, v := range list {
		refs[i] = refOf(v)
	}
	r.paths[id] = refs
	return refs, nil
}

func paths(env graph.EnvID, refs []Ref) (ids, names string) {
	var i, n strings.Builder
	i.WriteString("/" + string(env))
	n.WriteString("/" + string(env))
	for _, r := range refs {
		i.WriteString("/" + string(r.ID))
		n.WriteString("/" + r.Name)
	}
	return i.String(), n.String()
}
