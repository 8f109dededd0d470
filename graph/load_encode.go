package graph

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// encodeChunk is how many records one goroutine encodes at a time. Inside a
// chunk things get their numbers by type and id, so that those read together
// lie together.
const encodeChunk = 2000

// encodedChunk is a run of records with their bodies.
type encodedChunk struct {
	records []*Record
	bodies  []byte
	ends    []int    // of each body
	values  []string // of edges: what they carry
	order   []int    // vertices by type and id, then edges, then documents
	err     error    // of the record after those encoded
	ready   chan struct{}
}

func (c *encodedChunk) body(i int) []byte {
	from := 0
	if i > 0 {
		from = c.ends[i-1]
	}
	return c.bodies[from:c.ends[i]]
}

var chunkBytes = sync.Pool{New: func() any { return new([]byte) }}

// encode checks the records and writes their bodies, up to the first that is
// wrong.
func (c *encodedChunk) encode(env EnvID, seal *sealer, enc *encoder) {
	defer close(c.ready)
	enc.b = (*chunkBytes.Get().(*[]byte))[:0]
	c.ends, c.values = make([]int, 0, len(c.records)), make([]string, len(c.records))
	for i, r := range c.records {
		if c.err = r.check(env); c.err == nil {
			c.err = c.encodeOne(r, i, seal, enc)
		}
		if c.err != nil {
			break
		}
		c.ends = append(c.ends, len(enc.b))
	}
	c.bodies = enc.b
	c.order = make([]int, len(c.ends))
	for i := range c.order {
		c.order[i] = i
	}
	slices.SortStableFunc(c.order, func(a, b int) int { return compareRecords(c.records[a], c.records[b]) })
}

func (c *encodedChunk) encodeOne(r *Record, i int, seal *sealer, enc *encoder) error {
	from := len(enc.b)
	var err error
	switch {
	case r.Vertex != nil:
		err = enc.vertex(r.Vertex)
	case r.Edge != nil:
		err = enc.edge(r.Edge)
		c.values[i] = CarriedValue(r.Edge.Attrs)
	default:
		var body []byte
		body, err = seal.encodeDoc(r.Doc)
		enc.b = append(enc.b, body...)
	}
	if err == nil {
		err = fits(enc.b[from:])
	}
	if err != nil {
		return fmt.Errorf("%s: %w", r, err)
	}
	return nil
}

func compareRecords(a, b *Record) int {
	switch {
	case a.Vertex != nil && b.Vertex != nil:
		return cmp.Or(cmp.Compare(a.Vertex.Type, b.Vertex.Type), cmp.Compare(a.Vertex.ID, b.Vertex.ID))
	case a.Edge != nil && b.Edge != nil:
		return CompareEdgeKeys(a.Edge.EdgeKey, b.Edge.EdgeKey)
	}
	return a.rank() - b.rank()
}

// encodeRecords encodes a stream with several goroutines and hands the chunks
// over in order, to one goroutine of its own while the stream goes on. All
// have ended when it returns; the first error in the order of the stream ends
// it, or the receiver's.
func encodeRecords(ctx context.Context, env EnvID, seal *sealer, src iter.Seq2[*Record, error], take func(*encodedChunk) error) error {
	workers := runtime.GOMAXPROCS(0)
	g, ctx := errgroup.WithContext(ctx)
	work, ordered := make(chan *encodedChunk, workers), make(chan *encodedChunk, 2*workers)
	for range workers {
		g.Go(func() error {
			var enc encoder
			for c := range work {
				c.encode(env, seal, &enc)
			}
			return nil
		})
	}
	g.Go(func() error {
		for c := range ordered {
			<-c.ready
			err := take(c)
			used := c.bodies
			chunkBytes.Put(&used)
			if err == nil {
				err = c.err
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	err := cutRecords(ctx, src, func(c *encodedChunk) error {
		for _, to := range []chan *encodedChunk{work, ordered} {
			select {
			case to <- c:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return nil
	})
	close(work)
	close(ordered)
	if done := g.Wait(); done != nil {
		return done
	}
	return err
}

// cutRecords cuts a stream into chunks. What came before an error of the
// stream is given up with it.
func cutRecords(ctx context.Context, src iter.Seq2[*Record, error], send func(*encodedChunk) error) error {
	fresh := func() *encodedChunk {
		return &encodedChunk{records: make([]*Record, 0, encodeChunk), ready: make(chan struct{})}
	}
	c := fresh()
	for r, err := range src {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if c.records = append(c.records, r); len(c.records) < encodeChunk {
			continue
		}
		if err := send(c); err != nil {
			return err
		}
		c = fresh()
	}
	return send(c)
}
