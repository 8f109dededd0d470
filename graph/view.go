package graph

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"calipso/graph/kv"
)

// View is one environment as of one commit. It costs nothing to make and to
// keep, and needs no closing. It is safe for concurrent use.
//
// What it hands out is the caller's own copy.
type View struct {
	s  *Store
	e  *environment
	at Time   // of the commit shown; 0 is before the first one
	in *shown // set if that is the last commit
	// later is what was shown when the view was made.
	later *shown
}

var _ Reader = (*View)(nil)

// errStop ends an iteration that the caller has left.
var errStop = errors.New("stop")

// View shows an environment as of a time: everything up to the last commit not
// after it. Before the first commit that is nothing at all. For Shared, a view
// has documents only.
//
// A view of Now stays at the commit that was the last one when it was made;
// its Time names that commit for ever, which is what a snapshot keeps.
//
// Errors: ErrNotFound if there is no such environment, ErrRetired (a
// *RetiredError) if retention dropped that time. A view whose time is retired
// later answers ErrRetired from then on.
func (s *Store) View(ctx context.Context, env EnvID, at Time) (*View, error) {
	if e := s.envs.get(env); at == Now && e != nil && !e.removed.Load() && ctx.Err() == nil {
		// What is shown is in memory: no read of the database.
		sh := e.shown.Load()
		return &View{s: s, e: e, at: sh.last, in: sh, later: sh}, nil
	}
	var v *View
	err := s.readEnv(ctx, env, func(e *environment, sh *shown, r records) error {
		v = &View{s: s, e: e, later: sh}
		if at == Now || at >= sh.last {
			v.at, v.in = sh.last, sh
			return nil
		}
		h := e.horizon.Load()
		if h != nil && at < h.Since {
			kept, ok := h.at(at)
			if !ok {
				return h.retired(env, at)
			}
			v.at = kept.From
			return nil
		}
		var err error
		v.at, err = r.lastCommit(ctx, at)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("graph: view of %q at %s: %w", env, at, err)
	}
	return v, nil
}

// readEnv reads an environment through a snapshot that holds all of what was
// shown just before.
func (s *Store) readEnv(ctx context.Context, id EnvID, do func(e *environment, sh *shown, r records) error) error {
	e := s.envs.get(id)
	if e == nil || e.removed.Load() {
		return ErrNotFound
	}
	for {
		sh := e.shown.Load()
		again := false
		err := s.read(ctx, e, maxTime, func(r records) error {
			if again = e.horizon.Load().check(id, sh.last) != nil; again {
				return nil // commits and retention were faster than we
			}
			return do(e, sh, r)
		})
		if !again {
			return err
		}
	}
}

// read is the one place where reads begin: what goes wrong because the
// environment was removed meanwhile is an ErrNotFound.
func (s *Store) read(ctx context.Context, e *environment, at Time, do func(r records) error) error {
	if e.removed.Load() {
		return ErrNotFound
	}
	era := e.nums.begun()
	snap, err := s.db.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer snap.Close()
	// Nothing is removed before the horizon says so. Hence what it allows after
	// the snapshot was taken is whole in it.
	if err := e.horizon.Load().check(e.id, at); err != nil {
		return err
	}
	err = do(records{snap, e.room, at, era})
	if err != nil && err != errStop && ctx.Err() == nil && e.removed.Load() {
		return ErrNotFound
	}
	return err
}

func (v *View) read(ctx context.Context, do func(r records) error) error {
	return v.s.read(ctx, v.e, v.at, do)
}

// Env is the environment shown.
func (v *View) Env() EnvID { return v.e.id }

// Time is the time of the commit shown; Now if the view is of a time before
// the first commit.
func (v *View) Time() Time { return v.at }

// Vertex reads one vertex.
//
// Errors: ErrNotFound if there is no such vertex at that time, ErrCorrupt if
// its stored bytes do not decode.
func (v *View) Vertex(ctx context.Context, id ID) (*Vertex, error) {
	var out *Vertex
	err := v.read(ctx, func(r records) error {
		n, err := r.num(ctx, id)
		if err != nil {
			return err
		}
		out, err = r.decodedVertex(ctx, n)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("graph: vertex %q of %q: %w", id, v.e.id, err)
	}
	return out, nil
}

// decodedVertex reads a vertex by number; ErrNotFound.
func (r records) decodedVertex(ctx context.Context, n uint32) (*Vertex, error) {
	if n == 0 {
		return nil, ErrNotFound
	}
	ver, err := r.vertex(ctx, n)
	if err != nil {
		return nil, err
	}
	if ver == nil {
		return nil, ErrNotFound
	}
	return decodeVertex(ver.body)
}

// Num is the dense number of a vertex, by which Topology goes. It belongs to
// the id as long as any version of the vertex is kept, and never to another.
//
// Errors: ErrNotFound.
func (v *View) Num(ctx context.Context, id ID) (uint32, error) {
	if n := v.e.nums.get(id); n != 0 && !v.e.removed.Load() {
		if g := v.atHand(); g != nil && g.VertexType(n) != 0 {
			return n, nil
		}
	}
	var n uint32
	err := v.read(ctx, func(r records) error {
		var err error
		if n, err = r.num(ctx, id); err != nil {
			return err
		}
		if n != 0 {
			v.e.nums.put(id, n, r.era)
		}
		if n != 0 && v.in != nil {
			if v.in.graph.VertexType(n) == 0 {
				return ErrNotFound
			}
			return nil
		}
		_, err = r.decodedVertex(ctx, n)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("graph: number of vertex %q of %q: %w", id, v.e.id, err)
	}
	return n, nil
}

// VerticesByNum reads vertices by their dense numbers, in that order.
//
// Errors: ErrNotFound if one of them is not there.
func (v *View) VerticesByNum(ctx context.Context, nums []uint32) ([]*Vertex, error) {
	dated, err := v.DatedVertices(ctx, nums)
	return undated(dated), err
}

// readChunk is how many records an iteration reads at once.
const readChunk = 256

// Vertices implements Reader.
func (v *View) Vertices(ctx context.Context, types ...VertexType) iter.Seq2[*Vertex, error] {
	return func(yield func(*Vertex, error) bool) {
		names := v.later.graph.VertexTypes()
		for _, t := range namesOr(types, names) {
			code, ok := names.Code(string(t))
			if !ok {
				continue
			}
			err := v.read(ctx, func(r records) error {
				return r.indexed(ctx, r.room.typePrefix(t), func(nums []uint32) error {
					vs, err := r.vertices(ctx, nums)
					if err != nil {
						return err
					}
					for i, ver := range vs {
						if ver == nil || ver.deleted || ver.typ != uint8(code) {
							continue
						}
						out, err := decodeVertex(ver.body)
						if err != nil {
							return fmt.Errorf("vertex %d: %w", nums[i], err)
						}
						if !yield(out, nil) {
							return errStop
						}
					}
					return nil
				})
			})
			if err == errStop {
				return
			}
			if err != nil {
				yield(nil, fmt.Errorf("graph: vertices of type %q of %q: %w", t, v.e.id, err))
				return
			}
		}
	}
}

// indexed reads the numbers of an index in its order, some at a time.
func (r records) indexed(ctx context.Context, prefix []byte, visit func(nums []uint32) error) error {
	nums := make([]uint32, 0, readChunk)
	for p, err := range r.Range(ctx, kv.Prefix(prefix)) {
		if err != nil {
			return err
		}
		n, err := number(p.Value)
		if err != nil {
			return fmt.Errorf("index %x: %w", p.Key, err)
		}
		if nums = append(nums, n); len(nums) == readChunk {
			if err := visit(nums); err != nil {
				return err
			}
			nums = nums[:0]
		}
	}
	return visit(nums)
}
