package diff

import (
	"context"
	"errors"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/query"
)

// places tells where the objects and links of one of the two times belong. It
// reads each vertex once, and only such that a difference leads to.
type places struct {
	view *graph.View
	read map[graph.ID]*graph.Vertex // nil: it is not there
	refs map[graph.ID]query.Ref     // of what only its name was read
}

func newPlaces(v *graph.View) *places {
	return &places{v, map[graph.ID]*graph.Vertex{}, map[graph.ID]query.Ref{}}
}

// ready reads what a list of vertices and edges refers to, all at once: the
// networks, and the names of the ends.
func (p *places) ready(ctx context.Context, vertices []*graph.Vertex, edges []*graph.Edge) error {
	whole, named := map[graph.ID]bool{}, map[graph.ID]bool{}
	networks := func(a graph.Attrs) {
		for _, n := range networkIDs(a) {
			whole[graph.ID(n)] = true
		}
	}
	for _, v := range vertices {
		networks(v.Attrs)
	}
	for _, e := range edges {
		networks(e.Attrs)
	}
	for _, e := range edges {
		for _, id := range []graph.ID{e.From, e.To} {
			if !whole[id] {
				named[id] = true
			}
		}
	}
	list, err := p.ask(ctx, whole, p.view.VerticesOf)
	if err != nil {
		return err
	}
	for id, v := range list {
		p.read[id] = v
	}
	if list, err = p.ask(ctx, named, p.view.Named); err != nil {
		return err
	}
	for id, v := range list {
		if v == nil {
			p.read[id] = nil
		} else {
			p.refs[id] = refOf(v)
		}
	}
	return nil
}

// ask reads those of some vertices that are not known yet.
func (p *places) ask(ctx context.Context, wanted map[graph.ID]bool, read func(context.Context, []graph.ID) ([]*graph.Vertex, error)) (map[graph.ID]*graph.Vertex, error) {
	ids := make([]graph.ID, 0, len(wanted))
	for id := range wanted {
		if _, known := p.read[id]; !known && id != "" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	list, err := read(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[graph.ID]*graph.Vertex, len(ids))
	for i, id := range ids {
		out[id] = list[i]
	}
	return out, nil
}

func (p *places) know(v *graph.Vertex) {
	if v != nil {
		p.read[v.ID] = v
	}
}

// vertex is nil if there is none at that time.
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

func (p *places) ref(ctx context.Context, id graph.ID) (query.Ref, error) {
	if ref, ok := p.refs[id]; ok {
		return ref, nil
	}
	v, err := p.vertex(ctx, id)
	if v == nil || err != nil {
		return query.Ref{ID: id, Name: string(id)}, err
	}
	return refOf(v), nil
}

func refOf(v *graph.Vertex) query.Ref { return query.Ref{ID: v.ID, Type: v.Type, Name: v.Text()} }

// object fills in what is known of a vertex.
func (p *places) object(ctx context.Context, o Object, v *graph.Vertex) (Object, error) {
	o.Ref, o.Host = refOf(v), v.Host
	if v.Type == graph.Host {
		o.Host = string(v.ID)
	}
	var err error
	o.Project, o.Networks, err = p.groups(ctx, v.Type, v.ID, v.Attrs)
	return o, err
}

func (p *places) link(ctx context.Context, l Link, e *graph.Edge) (Link, error) {
	l.Type, l.Name, l.Host = e.Type, e.Name, e.Host
	var err error
	if l.Source, err = p.ref(ctx, e.From); err != nil {
		return l, err
	}
	if l.Target, err = p.ref(ctx, e.To); err != nil {
		return l, err
	}
	l.Project, l.Networks, err = p.groups(ctx, "", "", e.Attrs)
	return l, err
}

// networkIDs are the ids that attributes name as those of networks.
func networkIDs(a graph.Attrs) []string {
	return slices.Concat(a.Strings("network"), a.Strings("networks"), a.Strings("network_id"))
}

// groups are the project and the networks that something belongs to. What names
// no project belongs to that of its networks, if they agree.
func (p *places) groups(ctx context.Context, t graph.VertexType, id graph.ID, attrs graph.Attrs) (project string, networks []query.Ref, err error) {
	ids := networkIDs(attrs)
	if t == graph.Network {
		ids = []string{string(id)}
	}
	slices.Sort(ids)
	projects := map[string]bool{}
	for _, n := range slices.Compact(ids) {
		v, err := p.vertex(ctx, graph.ID(n))
		if err != nil {
			return "", nil, err
		}
		if v == nil || v.Type != graph.Network {
			continue
		}
		networks = append(networks, refOf(v))
		projects[v.Attrs.String("project")] = true
	}
	project = attrs.String("project")
	if len(projects) == 1 && project == "" {
		for project = range projects {
		}
	}
	if v := p.read[id]; t == graph.Project && v != nil {
		project = v.Text()
	}
	return project, networks, nil
}

// place says where a vertex hangs; folders are passed over for the name.
func (p *places) place(ctx context.Context, v *graph.Vertex) (*Place, error) {
	at := &Place{ID: v.ID, Host: v.Host, Parent: v.Parent}
	seen := map[graph.ID]bool{}
	for id := v.Parent; id != "" && !seen[id]; {
		seen[id] = true
		above, err := p.vertex(ctx, id)
		if err != nil {
			return nil, err
		}
		if above == nil {
			break
		}
		if !catalog.IsFolder(above.Type) {
			at.ParentName = above.Text()
			break
		}
		id = above.Parent
	}
	return at, nil
}
