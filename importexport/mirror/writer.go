package mirror

import (
	"bytes"
	"context"
	"errors"
	"sync/atomic"

	"go.mongodb.org/mongo-driver/v2/bson"
	"golang.org/x/sync/errgroup"
)

// counts is what was written since the start.
type counts struct{ written, removed, bytes atomic.Int64 }

// writer gathers ops into batches and writes these while more are being made.
// No document comes twice, so the order does not matter. It holds a few batches
// at most: who makes ops waits for the MongoDB.
type writer struct {
	ctx   context.Context
	group *errgroup.Group
	m     *Mirror
	// compare reads what is there and writes only what differs.
	compare bool
	// begin is called once, before the first write.
	begin   func() error
	begun   bool
	pending map[string]*batch
	queue   chan *batch
}

// batch are ops on one collection.
type batch struct {
	collection string
	ops        []Op
	bytes      int
}

func (m *Mirror) newWriter(ctx context.Context, compare bool, begin func() error) *writer {
	group, ctx := errgroup.WithContext(ctx)
	w := &writer{ctx: ctx, group: group, m: m, compare: compare, begin: begin, pending: map[string]*batch{}, queue: make(chan *batch)}
	for range m.opt.Writers {
		group.Go(w.work)
	}
	return w
}

func (w *writer) work() error {
	for {
		select {
		case <-w.ctx.Done():
			return w.ctx.Err()
		case b, more := <-w.queue:
			if !more {
				return nil
			}
			if err := w.write(b); err != nil {
				return err
			}
		}
	}
}

// put adds one op.
//
// Errors: also those of earlier batches.
func (w *writer) put(collection string, op Op) error {
	b := w.pending[collection]
	if b == nil {
		b = &batch{collection: collection}
		w.pending[collection] = b
	}
	b.ops = append(b.ops, op)
	b.bytes += len(op.Doc)
	if len(b.ops) < w.m.opt.Batch && b.bytes < w.m.opt.BatchBytes {
		return nil
	}
	delete(w.pending, collection)
	return w.send(b)
}

func (w *writer) send(b *batch) error {
	if !w.begun && w.begin != nil {
		if err := w.begin(); err != nil {
			return err
		}
	}
	w.begun = true
	select {
	case w.queue <- b:
		return nil
	case <-w.ctx.Done():
		return w.ctx.Err()
	}
}

// close writes what is left and waits; made is the error of who made the ops,
// after which nothing more is written.
func (w *writer) close(made error) error {
	for _, collection := range sortedKeys(w.pending) {
		if made == nil {
			made = w.send(w.pending[collection])
		}
	}
	close(w.queue)
	err := w.group.Wait()
	if err == nil || errors.Is(made, err) {
		return made
	}
	return err // made is only that it was ended
}

func (w *writer) write(b *batch) error {
	ops := b.ops
	if w.compare {
		var err error
		if ops, err = w.differing(b); err != nil || len(ops) == 0 {
			return err
		}
	}
	if err := w.m.sink.Write(w.ctx, b.collection, ops); err != nil {
		return ofSink(err)
	}
	for _, op := range ops {
		if op.Doc == nil {
			w.m.counts.removed.Add(1)
			continue
		}
		w.m.counts.written.Add(1)
		w.m.counts.bytes.Add(int64(len(op.Doc)))
	}
	return nil
}

// differing leaves out the documents that are there already.
func (w *writer) differing(b *batch) ([]Op, error) {
	var ids []any
	for _, op := range b.ops {
		if op.Doc != nil {
			ids = append(ids, op.ID)
		}
	}
	docs, err := w.m.sink.Read(w.ctx, b.collection, ids)
	if err != nil {
		return nil, ofSink(err)
	}
	there := make(map[any]bson.Raw, len(docs))
	for _, d := range docs {
		id, err := idOf(d)
		if err != nil {
			return nil, err
		}
		there[id] = d
	}
	var out []Op
	for _, op := range b.ops {
		if op.Doc == nil || !bytes.Equal(there[op.ID], op.Doc) {
			out = append(out, op)
		}
	}
	return out, nil
}
