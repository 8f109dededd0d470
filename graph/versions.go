package graph

import (
	"context"
	"fmt"

	"calipso/graph/kv"
)

// Dated is a vertex or an edge with the time of the commit that made it what
// it is.
type Dated[T any] struct {
	Thing T
	Since Time
}

func undated[T any](list []Dated[T]) []T {
	if list == nil {
		return nil
	}
	out := make([]T, len(list))
	for i, d := range list {
		out[i] = d.Thing
	}
	return out
}

// DatedVertices is VerticesByNum, each with the time of its version.
//
// Errors: ErrNotFound if one of them is not there.
func (v *View) DatedVertices(ctx context.Context, nums []uint32) ([]Dated[*Vertex], error) {
	out := make([]Dated[*Vertex], len(nums))
	err := v.read(ctx, func(r records) error {
		vs, err := r.vertices(ctx, nums)
		if err != nil {
			return err
		}
		for i, ver := range vs {
			if ver == nil || ver.deleted {
				return fmt.Errorf("number %d: %w", nums[i], ErrNotFound)
			}
			x, err := decodeVertex(ver.body)
			if err != nil {
				return fmt.Errorf("number %d: %w", nums[i], err)
			}
			out[i] = Dated[*Vertex]{x, ver.time}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("graph: vertices of %q: %w", v.e.id, err)
	}
	return out, nil
}

// VerticesOf reads vertices by their ids, in that order; nil where there is none.
func (v *View) VerticesOf(ctx context.Context, ids []ID) ([]*Vertex, error) {
	return v.verticesOf(ctx, ids, decodeVertex)
}

// Named is VerticesOf without the attributes, for what only names things.
func (v *View) Named(ctx context.Context, ids []ID) ([]*Vertex, error) {
	return v.verticesOf(ctx, ids, namedVertex)
}

func (v *View) verticesOf(ctx context.Context, ids []ID, decode func([]byte) (*Vertex, error)) ([]*Vertex, error) {
	out := make([]*Vertex, len(ids))
	err := v.read(ctx, func(r records) error {
		nums, err := r.nums(ctx, v.e, ids)
		if err != nil {
			return err
		}
		var at []int // of ids that ever had a vertex
		var have []uint32
		for i, n := range nums {
			if n != 0 {
				at, have = append(at, i), append(have, n)
			}
		}
		for len(have) > 0 {
			n := min(readChunk, len(have))
			vs, err := r.vertices(ctx, have[:n])
			if err != nil {
				return err
			}
			for i, ver := range vs {
				if ver == nil || ver.deleted {
					continue
				}
				if out[at[i]], err = decode(ver.body); err != nil {
					return fmt.Errorf("vertex %q: %w", ids[at[i]], err)
				}
			}
			at, have = at[n:], have[n:]
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("graph: vertices of %q: %w", v.e.id, err)
	}
	return out, nil
}

// nums are the numbers of ids, 0 for what never had one.
func (r records) nums(ctx context.Context, e *environment, ids []ID) ([]uint32, error) {
	out := make([]uint32, len(ids))
	var ask []int
	var keys [][]byte
	for i, id := range ids {
		if out[i] = e.nums.get(id); out[i] == 0 {
			ask, keys = append(ask, i), append(keys, r.room.id(id))
		}
	}
	found, err := r.GetMany(ctx, keys)
	if err != nil {
		return nil, err
	}
	for j, b := range found {
		if b == nil {
			continue
		}
		if out[ask[j]], err = number(b); err != nil {
			return nil, fmt.Errorf("id %q: %w", ids[ask[j]], err)
		}
		e.nums.put(ids[ask[j]], out[ask[j]], r.era)
	}
	return out, nil
}

// DatedEdges is EdgesByNum, each with the time of its version.
//
// Errors: ErrNotFound if one of them is not there.
func (v *View) DatedEdges(ctx context.Context, nums []uint32) ([]Dated[*Edge], error) {
	out := make([]Dated[*Edge], len(nums))
	err := v.read(ctx, func(r records) error {
		es, err := r.edges(ctx, nums)
		if err != nil {
			return err
		}
		for i, ver := range es {
			if ver == nil || ver.deleted {
				return fmt.Errorf("number %d: %w", nums[i], ErrNotFound)
			}
			x, err := decodeEdge(ver.body)
			if err != nil {
				return fmt.Errorf("number %d: %w", nums[i], err)
			}
			out[i] = Dated[*Edge]{x, ver.time}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("graph: edges of %q: %w", v.e.id, err)
	}
	return out, nil
}

// Room is the environment's own number: an environment that was removed and
// made again under its name has another.
func (v *View) Room() uint32 { return uint32(v.e.room) }

// Touched is what some commits changed, by number. A thing that several of them
// changed is there several times.
type Touched struct {
	Vertices, Edges []uint32
	Docs            []DocKey
}

// Touched lists what the commits later than after, up to the one shown,
// changed; ok is false if these are more than most things, or if the log does
// not reach back to the commit at after.
func (v *View) Touched(ctx context.Context, after Time, most int) (t Touched, ok bool, err error) {
	err = v.read(ctx, func(r records) error {
		// The commit at after is looked for as well: where its record is
		// gone, those behind it may be.
		known := false
		heads := kv.Range{From: r.room.time(kindCommit, after), To: r.room.time(kindCommit, after+1), KeysOnly: true}
		for _, err := range r.Range(ctx, heads) {
			if err != nil {
				return err
			}
			known = true
		}
		if !known {
			return nil
		}
		for list, err := range r.entries(ctx, after, v.at) {
			if err != nil {
				return err
			}
			if most -= len(list); most < 0 {
				return nil
			}
			t.add(list)
		}
		ok = true
		return nil
	})
	if err != nil {
		return Touched{}, false, fmt.Errorf("graph: changes of %q since %s: %w", v.e.id, after, err)
	}
	return t, ok, nil
}

func (t *Touched) add(list []entry) {
	for _, e := range list {
		switch e.what {
		case entryVertex:
			t.Vertices = append(t.Vertices, e.num)
		case entryEdge:
			t.Edges = append(t.Edges, e.num)
		default:
			t.Docs = append(t.Docs, e.doc)
		}
	}
}
