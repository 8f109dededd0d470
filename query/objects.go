package query

import (
	"context"
	"slices"
	"strings"

	"calipso/graph"
)

// ObjectsRequest asks for a list of objects. All conditions that are set must
// be met.
type ObjectsRequest struct {
	At
	Types []graph.VertexType // any of these
	// Parent lists what hangs right under an object; the environment's name
	// stands for the top.
	Parent graph.ID
	Host   string
	// Name compares with name and object name, whatever the case; "*" stands
	// for any text ("web-*").
	Name string
	Paging
}

// Objects lists objects: below a parent by type, name and id; else in the
// order in which the store first saw them.
//
// Errors: graph.ErrNotFound for the environment or the parent,
// *graph.InvalidError for paging.
func (s *Service) Objects(ctx context.Context, q ObjectsRequest) (*Page[Object], error) {
	from, err := q.start("objects", &q.At)
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx, q.At)
	if err != nil {
		return nil, err
	}
	if q.Parent != "" {
		return q.below(ctx, v, from)
	}
	return q.everywhere(ctx, v, from)
}

// Children lists what hangs right under an object, by type, name and id.
//
// Errors: graph.ErrNotFound, *graph.InvalidError for paging.
func (s *Service) Children(ctx context.Context, at At, id graph.ID, p Paging) (*Page[Object], error) {
	return s.Objects(ctx, ObjectsRequest{At: at, Parent: id, Paging: p})
}

func (q *ObjectsRequest) below(ctx context.Context, v View, from mark) (*Page[Object], error) {
	parent := q.Parent
	if parent == graph.ID(q.Env) {
		parent = ""
	} else if _, err := v.Vertex(ctx, parent); err != nil {
		return nil, err
	}
	var found []*graph.Vertex
	for c, err := range v.Children(ctx, parent) {
		if err != nil {
			return nil, err
		}
		if (len(q.Types) == 0 || slices.Contains(q.Types, c.Type)) && q.accepts(c) {
			found = append(found, c)
		}
	}
	return cut(found, q.Paging, from, v.Time(), func(part []*graph.Vertex) ([]Object, error) {
		return newReading(v).objects(ctx, part)
	})
}

// everywhere goes through the numbers of the vertices, which are the order of
// the list: a page costs its own vertices only, unless names or hosts have to
// be compared.
func (q *ObjectsRequest) everywhere(ctx context.Context, v View, from mark) (*Page[Object], error) {
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, err
	}
	codes := typeCodes(g.VertexTypes(), q.Types)
	var nums []uint32
	for n := range uint32(g.Len()) {
		if t := g.VertexType(n); t != 0 && codes.has(t) {
			nums = append(nums, n)
		}
	}
	var vertices []*graph.Vertex // in step with nums, if they had to be read
	if q.Name != "" || q.Host != "" {
		if nums, vertices, err = q.filter(ctx, v, nums); err != nil {
			return nil, err
		}
	}
	first := 0
	if q.Cursor != "" {
		var at bool
		if first, at = slices.BinarySearch(nums, from.Num); at {
			first++
		}
	}
	last := min(first+q.Limit, len(nums))
	page := &Page[Object]{Total: len(nums)}
	if vertices != nil {
		vertices = vertices[first:last]
	} else if vertices, err = v.VerticesByNum(ctx, nums[first:last]); err != nil {
		return nil, err
	}
	if page.Items, err = newReading(v).objects(ctx, vertices); err != nil {
		return nil, err
	}
	if last < len(nums) {
		page.NextCursor = mark{Time: v.Time(), Num: nums[last-1]}.cursor()
	}
	return page, nil
}

// filterStep is the number of vertices read at once for comparing.
const filterStep = 1000

func (q *ObjectsRequest) filter(ctx context.Context, v View, nums []uint32) (kept []uint32, vertices []*graph.Vertex, err error) {
	vertices = []*graph.Vertex{}
	for some := range slices.Chunk(nums, filterStep) {
		list, err := v.VerticesByNum(ctx, some)
		if err != nil {
			return nil, nil, err
		}
		for i, x := range list {
			if q.accepts(x) {
				kept, vertices = append(kept, some[i]), append(vertices, x)
			}
		}
	}
	return kept, vertices, nil
}

// accepts compares host and name.
func (q *ObjectsRequest) accepts(v *graph.Vertex) bool {
	if q.Host != "" && v.Host != q.Host {
		return false
	}
	if q.Name == "" {
		return true
	}
	pattern := strings.ToLower(q.Name)
	return like(pattern, strings.ToLower(v.Text())) || v.ObjectName != "" && like(pattern, strings.ToLower(v.ObjectName))
}

// like compares a text with a pattern in which "*" stands for any text.
func like(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	last := len(parts) - 1
	if last == 0 {
		return pattern == text
	}
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for _, p := range parts[1:last] {
		i := strings.Index(text, p)
		if i < 0 {
			return false
		}
		text = text[i+len(p):]
	}
	return strings.HasSuffix(text, parts[last])
}
