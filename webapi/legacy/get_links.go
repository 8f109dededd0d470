package legacy

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"regexp"
	"strings"

	"calipso/graph"
	"calipso/graph/document"
	"calipso/graph/topology"
)

// attributeKey is a filter on an attribute of links.
var attributeKey = regexp.MustCompile(`^attributes:[A-Za-z0-9_]+$`)

func (a *API) getLinks() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/links", Needs: View,
		Params: paged(
			envName,
			oneID,
			Param{Name: "host", Type: String, Match: Equal},
			Param{Name: "link_name", Type: String, Match: Equal},
			Param{Name: "source_id", Type: String},
			Param{Name: "target_id", Type: String},
			Param{Name: "link_type", Type: String, Constant: "link_types"},
			Param{Name: "state", Type: String, Constant: "link_states", Match: Equal},
		),
		Pattern: attributeKey,
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			v, known, err := q.api.view(ctx, q.Env)
			if err != nil {
				return nil, err
			}
			nums, err := q.linkNums(ctx, v, known)
			if err != nil {
				return nil, err
			}
			if q.Has("id") {
				for m, err := range kept(q.linkDocuments(ctx, v, each(nums)), q.linkMatches) {
					if err != nil {
						return nil, err
					}
					m["id"] = m["_id"]
					return One(m), nil
				}
				return One(nil), nil
			}
			docs := q.linkPage(ctx, v, nums)
			return ListOf{"links", func(yield func(map[string]any, error) bool) {
				for m, err := range docs {
					if err == nil {
						m = q.entry(m, []string{"link_name", "link_type", "environment", "host"})
					}
					if !yield(m, err) {
						return
					}
				}
			}}, nil
		},
	}
}

// linkPage is a page of links. Links are read for filters on what the arrays do
// not tell, and else for the page only.
func (q *Request) linkPage(ctx context.Context, v *graph.View, nums []uint32) iter.Seq2[map[string]any, error] {
	reads := q.Has("host") || q.Has("link_name") || q.Has("state")
	for k := range q.Values {
		reads = reads || attributeKey.MatchString(k)
	}
	if reads {
		return page(q, kept(q.linkDocuments(ctx, v, each(nums)), q.linkMatches))
	}
	return q.linkDocuments(ctx, v, page(q, each(nums)))
}

// each is a list as it is read from the store, one after the other.
func each[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, x := range list {
			if !yield(x, nil) {
				return
			}
		}
	}
}

// linkMatches compares what is in a link's document.
func (q *Request) linkMatches(m map[string]any) bool {
	for k, v := range q.Values {
		if attributeKey.MatchString(k) && !sameText(member(m, "attributes."+strings.TrimPrefix(k, "attributes:")), v) {
			return false
		}
	}
	return q.matches(m)
}

// linkNums are the numbers of the links that come into question by id, type and
// ends, by document id.
func (q *Request) linkNums(ctx context.Context, v *graph.View, known bool) ([]uint32, error) {
	if !known {
		return nil, nil
	}
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, err
	}
	code, typed := 0, q.Has("link_type")
	if typed {
		var there bool
		if code, there = g.EdgeTypes().Code(q.Text("link_type")); !there {
			return nil, nil
		}
	}
	wanted := func(a topology.Arc) bool { return !typed || int(a.Type()) == code }
	if q.Has("source_id") || q.Has("target_id") {
		return q.linksAt(ctx, v, g, wanted)
	}
	b, err := q.api.books.links.get(ctx, v)
	if err != nil {
		return nil, err
	}
	var marks marks
	for n := range uint32(g.Len()) {
		for _, a := range g.Out(n) {
			if wanted(a) {
				marks.set(a.Edge)
			}
		}
	}
	if q.Has("id") {
		if n, ok := b.links.find(q.Text("id")); ok && marks.has(n) {
			return []uint32{n}, nil
		}
		return nil, nil
	}
	out := make([]uint32, 0, len(b.links))
	for _, l := range b.links {
		if marks.has(l.num) {
			out = append(out, l.num)
		}
	}
	return out, nil
}

// linksAt are those of a source, a target or both.
func (q *Request) linksAt(ctx context.Context, v *graph.View, g *topology.Graph, wanted func(topology.Arc) bool) ([]uint32, error) {
	var ends [2]uint32
	for i, name := range []string{"source_id", "target_id"} {
		if !q.Has(name) {
			continue
		}
		n, err := v.Num(ctx, graph.ID(q.Text(name)))
		if errors.Is(err, graph.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		ends[i] = n
	}
	arcs, peer := g.Out(ends[0]), ends[1]
	if ends[0] == 0 {
		arcs, peer = g.In(ends[1]), 0
	}
	var nums []uint32
	for _, a := range arcs {
		if wanted(a) && (peer == 0 || a.Peer == peer) {
			nums = append(nums, a.Edge)
		}
	}
	edges, err := v.EdgesByNum(ctx, nums)
	if err != nil {
		return nil, err
	}
	found := make(register, len(nums))
	for i, e := range edges {
		found[i] = named{oidOf(graph.EdgeOID(v.Env(), e.EdgeKey)), nums[i]}
	}
	found.sort()
	for i, f := range found {
		nums[i] = f.num
	}
	if q.Has("id") {
		n, ok := found.find(q.Text("id"))
		if !ok {
			return nil, nil
		}
		return []uint32{n}, nil
	}
	return nums, nil
}

// linkDocuments reads links, some at a time.
func (q *Request) linkDocuments(ctx context.Context, v *graph.View, nums iter.Seq2[uint32, error]) iter.Seq2[map[string]any, error] {
	return inChunks(nums, func(_, _ uint32) bool { return true }, func(some []uint32) ([]map[string]any, error) {
		l, err := document.NewLinker(ctx, v)
		if err != nil {
			return nil, err
		}
		edges, err := v.EdgesByNum(ctx, some)
		if err != nil {
			return nil, err
		}
		out := make([]map[string]any, len(edges))
		for i, e := range edges {
			if out[i], err = l.Link(ctx, v.Env(), e); err != nil {
				return nil, err
			}
		}
		return out, ctx.Err()
	})
}

// marks are a set of numbers.
type marks []uint64

func (m *marks) set(n uint32) {
	if i := int(n >> 6); i >= len(*m) {
		*m = append(*m, make([]uint64, i+1-len(*m)+len(*m)/2)...)
	}
	(*m)[n>>6] |= 1 << (n & 63)
}

func (m marks) has(n uint32) bool { return int(n>>6) < len(m) && m[n>>6]>>(n&63)&1 != 0 }

// sameText compares an attribute with a text: a number or truth value by how it
// is written.
func sameText(attribute, asked any) bool {
	switch attribute.(type) {
	case int64, float64, bool:
		return fmt.Sprint(attribute) == asked
	}
	return same(attribute, asked)
}
