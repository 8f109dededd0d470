package index

import (
	"context"
	"sync"
)

// columns are those of the segments of an engine, by number: segments never
// change.
type columns struct {
	sync.Mutex
	of map[uint64]*column
}

func (c *columns) get(segment uint64) *column {
	c.Lock()
	defer c.Unlock()
	return c.of[segment]
}

// warm makes the columns that are missing, and drops those of segments that are
// gone. Searches go on meanwhile without.
func (x *Index) warm(ctx context.Context) {
	x.mu.RLock()
	e := x.mu.engine
	x.mu.RUnlock()
	if e == nil {
		return
	}
	if err := guarded(func() error { return e.warm(ctx) }); err != nil && ctx.Err() == nil {
		x.opt.Log.Warn("broad searches stay slow", "err", err)
	}
}

func (e *engine) warm(ctx context.Context) error {
	r, err := e.reader()
	if err != nil {
		return err
	}
	defer r.Close()
	of := map[uint64]*column{}
	for _, p := range newSnapshot(r).parts {
		c := e.columns.get(p.seg.Id())
		if c == nil && p.large() {
			if c, err = newColumn(ctx, p); err != nil {
				return err
			}
		}
		if c != nil {
			of[p.seg.Id()] = c
		}
	}
	e.columns.Lock()
	defer e.columns.Unlock()
	e.columns.of = of
	return nil
}

// large tells whether a segment is worth a column.
func (p *part) large() bool { return p.seg.Segment().Count() >= columnFrom }
