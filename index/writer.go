package index

import (
	"fmt"

	"github.com/blevesearch/bleve/v2"

	"calipso/graph"
)

// writer gathers changes of one environment and writes them in batches.
type writer struct {
	x     *Index
	env   graph.EnvID
	batch *bleve.Batch
}

func (x *Index) writer(env graph.EnvID) *writer { return &writer{x: x, env: env} }

func (w *writer) put(v *graph.Vertex) error {
	doc, err := newDocument(w.env, v)
	if err != nil {
		return err
	}
	return w.add(func(b *bleve.Batch) error { return b.IndexAdvanced(doc) })
}

func (w *writer) delete(id graph.ID) error {
	return w.add(func(b *bleve.Batch) error { b.Delete(docID(w.env, id)); return nil })
}

func (w *writer) add(f func(*bleve.Batch) error) error {
	return w.x.use(func(e *engine) error {
		if w.batch == nil {
			w.batch = e.db.NewBatch()
		}
		if err := f(w.batch); err != nil {
			return fmt.Errorf("index: %w", err)
		}
		if w.batch.Size() < maxBatch {
			return nil
		}
		defer w.batch.Reset()
		return write(e, w.batch)
	})
}

// finish writes the rest together with the position that is reached by it; 0
// removes the position.
func (w *writer) finish(at graph.Time) error {
	return w.x.use(func(e *engine) error {
		if w.batch == nil {
			w.batch = e.db.NewBatch()
		}
		if at == 0 {
			w.batch.DeleteInternal(positionKey(w.env))
		} else {
			w.batch.SetInternal(positionKey(w.env), positionBytes(at))
		}
		return write(e, w.batch)
	})
}

func write(e *engine, b *bleve.Batch) error {
	if err := e.db.Batch(b); err != nil {
		return fmt.Errorf("index: write: %w", err)
	}
	return nil
}
