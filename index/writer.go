package index

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/blevesearch/bleve/v2"
	"golang.org/x/sync/errgroup"

	"calipso/graph"
)

// errNotWritten is what the disk did not take.
var errNotWritten = errors.New("not written")

// writer gathers changes of one environment and writes them in batches, which
// are written while the next ones are gathered. No document may be given twice.
type writer struct {
	x     *Index
	env   graph.EnvID
	batch *bleve.Batch
	n     int
	d     drafter
	under errgroup.Group // batches being written
}

// writer must end with finish or drop.
func (x *Index) writer(env graph.EnvID) *writer {
	w := &writer{x: x, env: env}
	// One core is for those who search.
	w.under.SetLimit(max(1, runtime.GOMAXPROCS(0)-1))
	return w
}

// put writes a record in place of what the index holds of the object.
func (w *writer) put(id graph.ID, r *record) error {
	now, past := w.d.documents(w.env, id, r)
	return w.add(func(b *bleve.Batch) error {
		if now != nil {
			if err := b.IndexAdvanced(now); err != nil {
				return err
			}
		} else {
			b.Delete(docID(w.env, id, true))
		}
		if past != nil {
			return b.IndexAdvanced(past)
		}
		return nil
	})
}

// delete removes one document of an object.
func (w *writer) delete(id graph.ID, live bool) error {
	return w.add(func(b *bleve.Batch) error { b.Delete(docID(w.env, id, live)); return nil })
}

func (w *writer) add(f func(*bleve.Batch) error) error {
	if err := w.fill(f); err != nil {
		return err
	}
	if w.n++; w.n < maxBatch {
		return nil
	}
	full := w.batch
	w.batch, w.n = nil, 0
	w.under.Go(func() error {
		return w.x.use(func(e *engine) error { return w.write(e, full) })
	})
	return nil
}

func (w *writer) fill(f func(*bleve.Batch) error) error {
	return w.x.use(func(e *engine) error {
		if w.batch == nil {
			w.batch = e.db.NewBatch()
		}
		if err := f(w.batch); err != nil {
			return fmt.Errorf("index: %w", err)
		}
		w.x.count(1)
		return nil
	})
}

// drop waits for what is being written, after an error.
func (w *writer) drop(err error) error { return errors.Join(err, w.under.Wait()) }

// finish writes the rest together with the position that is reached by it; 0
// removes the position.
func (w *writer) finish(at graph.Time) error {
	if err := w.under.Wait(); err != nil {
		return err
	}
	return w.x.use(func(e *engine) error {
		if w.batch == nil {
			w.batch = e.db.NewBatch()
		}
		if at == 0 {
			w.batch.DeleteInternal(positionKey(w.env))
		} else {
			w.batch.SetInternal(positionKey(w.env), positionBytes(at))
		}
		return w.write(e, w.batch)
	})
}

func (w *writer) write(e *engine, b *bleve.Batch) error {
	if err := e.db.Batch(b); err != nil {
		w.x.failing.Store(true)
		return fmt.Errorf("index: %w: %w", errNotWritten, err)
	}
	return nil
}
