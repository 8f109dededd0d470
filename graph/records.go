package graph

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"calipso/graph/kv"
)

// records reads one room as it was at one time, through one snapshot.
type records struct {
	kv.Snapshot
	room room
	at   Time
	// era is that of the environment's knownNums before the snapshot was taken,
	// where ids are looked up.
	era uint32
}

// num is the number of an id, 0 if it never had one.
func (r records) num(ctx context.Context, id ID) (uint32, error) {
	return r.number(ctx, r.room.id(id))
}

func (r records) number(ctx context.Context, key []byte) (uint32, error) {
	b, err := r.Get(ctx, key)
	if errors.Is(err, kv.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return number(b)
}

// older is the newest version under a prefix that is not newer than at; nil
// if there is none.
func (r records) older(ctx context.Context, prefix []byte, at Time) ([]byte, error) {
	from := version(prefix[:len(prefix):len(prefix)], at)
	for p, err := range r.Range(ctx, between(from, prefix)) {
		return bytes.Clone(p.Value), err
	}
	return nil, nil
}

// vertices reads versions by number; nil where there is none at that time.
// Versions that are deletions are given too.
func (r records) vertices(ctx context.Context, nums []uint32) ([]*vertexVersion, error) {
	return versions(ctx, r, kindVertex, kindVertexOld, nums, decodeVertexVersion,
		func(v *vertexVersion) Time { return v.time })
}

// verticesAt is vertices at several times.
func (r records) verticesAt(ctx context.Context, nums []uint32, times []Time) ([][]*vertexVersion, error) {
	return versionsAt(ctx, r, kindVertex, kindVertexOld, nums, times, decodeVertexVersion,
		func(v *vertexVersion) Time { return v.time })
}

// edgesAt is verticesAt for edges.
func (r records) edgesAt(ctx context.Context, nums []uint32, times []Time) ([][]*edgeVersion, error) {
	return versionsAt(ctx, r, kindEdge, kindEdgeOld, nums, times, decodeEdgeVersion,
		func(v *edgeVersion) Time { return v.time })
}

// edges reads versions by number, as vertices does.
func (r records) edges(ctx context.Context, nums []uint32) ([]*edgeVersion, error) {
	return versions(ctx, r, kindEdge, kindEdgeOld, nums, decodeEdgeVersion,
		func(v *edgeVersion) Time { return v.time })
}

func versions[V any](ctx context.Context, r records, kind, oldKind byte, nums []uint32,
	decode func([]byte) (V, error), timeOf func(*V) Time) ([]*V, error) {
	out, err := versionsAt(ctx, r, kind, oldKind, nums, []Time{r.at}, decode, timeOf)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// versionsAt reads versions by number, at several times; nil where there is
// none. Before the first commit there are none.
func versionsAt[V any](ctx context.Context, r records, kind, oldKind byte, nums []uint32, times []Time,
	decode func([]byte) (V, error), timeOf func(*V) Time) ([][]*V, error) {
	keys := make([][]byte, len(nums))
	for i, n := range nums {
		keys[i] = r.room.num(kind, n)
	}
	heads, err := r.GetMany(ctx, keys)
	if err != nil {
		return nil, err
	}
	out := make([][]*V, len(times))
	for k := range times {
		out[k] = make([]*V, len(nums))
	}
	later := make([][]int, len(times)) // of which numbers the head is newer
	for i, b := range heads {
		if b == nil {
			continue
		}
		v, err := decode(b)
		if err != nil {
			return nil, fmt.Errorf("record %c %d: %w", kind, nums[i], err)
		}
		for k, at := range times {
			switch {
			case timeOf(&v) <= at:
				out[k][i] = &v
			case at > 0:
				later[k] = append(later[k], i)
			}
		}
	}
	for k, at := range times {
		ranges := make([]kv.Range, len(later[k]))
		for j, i := range later[k] {
			prefix := r.room.num(oldKind, nums[i])
			ranges[j] = between(version(prefix[:len(prefix):len(prefix)], at), prefix)
		}
		found, err := r.FirstMany(ctx, ranges)
		if err != nil {
			return nil, err
		}
		for j, i := range later[k] {
			if found[j] == nil {
				continue
			}
			v, err := decode(found[j])
			if err != nil {
				return nil, fmt.Errorf("record %c %d as of %s: %w", oldKind, nums[i], at, err)
			}
			out[k][i] = &v
		}
	}
	return out, nil
}

// vertex is the version of one vertex that is there at that time, or nil.
func (r records) vertex(ctx context.Context, n uint32) (*vertexVersion, error) {
	vs, err := r.vertices(ctx, []uint32{n})
	if err != nil || vs[0] == nil || vs[0].deleted {
		return nil, err
	}
	return vs[0], nil
}

func (r records) edge(ctx context.Context, n uint32) (*edgeVersion, error) {
	es, err := r.edges(ctx, []uint32{n})
	if err != nil || es[0] == nil || es[0].deleted {
		return nil, err
	}
	return es[0], nil
}

// docAsOf picks the version of a document for a time from its newest one; nil
// if there is none.
func (r records) docAsOf(ctx context.Context, k DocKey, head []byte) (*docVersion, error) {
	d, err := decodeDocVersion(head)
	if err != nil {
		return nil, err
	}
	if d.time > r.at {
		b, err := r.older(ctx, r.room.docOld(k), r.at)
		if err != nil || b == nil {
			return nil, err
		}
		if d, err = decodeDocVersion(b); err != nil {
			return nil, err
		}
	}
	if d.deleted {
		return nil, nil
	}
	return &d, nil
}

// lastCommit is the time of the newest commit not after at; 0 if there is none.
func (r records) lastCommit(ctx context.Context, at Time) (Time, error) {
	rng := kv.Range{From: r.room.kind(kindCommit), To: r.room.time(kindCommit, at+1), Reverse: true, KeysOnly: true}
	for p, err := range r.Range(ctx, rng) {
		if err != nil {
			return 0, err
		}
		return timeAt(p.Key)
	}
	return 0, nil
}
