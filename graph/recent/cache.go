package recent

import (
	"context"
	"sync"

	"calipso/graph"
)

// View is what a Cache reads; *graph.View is one.
type View interface {
	Room() uint32
	Time() graph.Time
	DatedVertices(ctx context.Context, nums []uint32) ([]graph.Dated[*graph.Vertex], error)
	DatedEdges(ctx context.Context, nums []uint32) ([]graph.Dated[*graph.Edge], error)
	Touched(ctx context.Context, after graph.Time, most int) (graph.Touched, bool, error)
}

// mostTouched is the longest list of changes that is gone through; more than
// that, and what is kept of the environment is forgotten as a whole.
const mostTouched = 20_000

// Cache keeps a T for each vertex or edge, up to a number of bytes; what was
// not asked for goes first. Its methods may be called from several goroutines.
//
// What it hands out is shared: read it, do not change it.
type Cache[T any] struct {
	half int // bytes in each of young and old
	mu   struct {
		sync.Mutex
		rooms      map[uint32]*room
		next       uint32 // era to give out
		young, old map[key]kept[T]
		used       int // bytes in young
	}
}

// room is how far the log of an environment was read. Kept things of its era
// are those visible at through.
type room struct {
	through graph.Time
	era     uint32
}

type key struct {
	era, num uint32
	edge     bool
}

type kept[T any] struct {
	value T
	since graph.Time
	bytes int
}

// New makes a cache of about that many bytes, as told by those who fill it.
func New[T any](bytes int) *Cache[T] {
	c := &Cache[T]{half: bytes / 2}
	c.mu.rooms = map[uint32]*room{}
	c.mu.young = map[key]kept[T]{}
	return c
}

// Vertices appends to out what was made of the vertices of these numbers; of
// makes what is not at hand, and tells its size in bytes.
//
// Errors: those of the view.
func (c *Cache[T]) Vertices(ctx context.Context, v View, nums []uint32, out []T, of func(num uint32, x *graph.Vertex) (T, int)) ([]T, error) {
	return fill(ctx, c, v, false, nums, out, v.DatedVertices, of)
}

// Edges is Vertices for edges.
func (c *Cache[T]) Edges(ctx context.Context, v View, nums []uint32, out []T, of func(num uint32, x *graph.Edge) (T, int)) ([]T, error) {
	return fill(ctx, c, v, true, nums, out, v.DatedEdges, of)
}

func fill[T, X any](ctx context.Context, c *Cache[T], v View, edge bool, nums []uint32, out []T,
	read func(context.Context, []uint32) ([]graph.Dated[X], error), of func(uint32, X) (T, int)) ([]T, error) {
	first := len(out)
	out, missing, era, err := c.look(ctx, v, edge, nums, out)
	if err != nil || len(missing) == 0 {
		return out, err
	}
	wanted := nums
	if len(missing) < len(nums) {
		wanted = nil
		for _, i := range missing {
			wanted = append(wanted, nums[i])
		}
	}
	things, err := read(ctx, wanted)
	if err != nil {
		return nil, err
	}
	made := make([]kept[T], len(missing))
	for i, at := range missing {
		value, bytes := of(nums[at], things[i].Thing)
		made[i] = kept[T]{value, things[i].Since, bytes}
		out[first+at] = value
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := c.mu.rooms[v.Room()]; r.era != era || r.through != v.Time() {
		return out, nil // read from a view that is not, or no longer, the newest
	}
	for i, at := range missing {
		c.put(key{era, nums[at], edge}, made[i])
	}
	return out, nil
}

// look appends what is at hand, and tells which places it left empty.
func (c *Cache[T]) look(ctx context.Context, v View, edge bool, nums []uint32, out []T) (_ []T, missing []int, era uint32, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, err := c.follow(ctx, v)
	if err != nil {
		return nil, nil, 0, err
	}
	at := v.Time()
	for i, n := range nums {
		k := key{r.era, n, edge}
		e, ok := c.mu.young[k]
		if !ok {
			if e, ok = c.mu.old[k]; ok {
				c.put(k, e)
			}
		}
		if ok = ok && e.since <= at; !ok {
			missing = append(missing, i)
		}
		out = append(out, e.value)
	}
	return out, missing, r.era, nil
}

// follow drops what the commits up to the view touched.
func (c *Cache[T]) follow(ctx context.Context, v View) (*room, error) {
	r := c.mu.rooms[v.Room()]
	if r == nil {
		r = &room{through: v.Time()}
		c.renew(r)
		c.mu.rooms[v.Room()] = r
	}
	if v.Time() <= r.through {
		return r, nil
	}
	t, ok, err := v.Touched(ctx, r.through, mostTouched)
	if err != nil {
		return nil, err
	}
	r.through = v.Time()
	if !ok {
		c.renew(r)
		return r, nil
	}
	for _, n := range t.Vertices {
		c.drop(key{r.era, n, false})
	}
	for _, n := range t.Edges {
		c.drop(key{r.era, n, true})
	}
	return r, nil
}

// renew forgets all of a room: nobody asks for an era that has passed.
func (c *Cache[T]) renew(r *room) {
	c.mu.next++
	r.era = c.mu.next
}

func (c *Cache[T]) drop(k key) {
	if e, ok := c.mu.young[k]; ok {
		c.mu.used -= e.bytes + perEntry
		delete(c.mu.young, k)
	}
	delete(c.mu.old, k)
}

// perEntry is about what an entry costs beside what its maker tells.
const perEntry = 96

func (c *Cache[T]) put(k key, e kept[T]) {
	if before, ok := c.mu.young[k]; ok {
		c.mu.used -= before.bytes + perEntry
	} else if c.mu.used+e.bytes+perEntry > c.half {
		c.mu.old, c.mu.young, c.mu.used = c.mu.young, map[key]kept[T]{}, 0
	}
	c.mu.young[k] = e
	c.mu.used += e.bytes + perEntry
}
