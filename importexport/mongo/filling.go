package mongo

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"

	"calipso/importexport"
)

// batchBytes is the size of documents up to which a batch waits for more.
const batchBytes = 8 << 20

// filling is a collection being written: the caller encodes a batch while one
// goroutine sends the batch before. Three batches are in memory at most.
type filling struct {
	t    *Target
	name string // in the end
	to   *mongo.Collection
	ctx  context.Context // the export's

	batch []bson.Raw
	bytes int

	work    chan []bson.Raw
	sending *errgroup.Group
	failed  context.Context // ends when sending has
	cancel  context.CancelFunc
	closed  bool // nothing more is sent
	done    bool // committed or discarded
}

var _ importexport.Collection = (*filling)(nil)

func newFilling(ctx context.Context, t *Target, name string) *filling {
	c := &filling{t: t, name: name, ctx: ctx, work: make(chan []bson.Raw, 1)}
	c.to = t.d.db.Collection(unfinished + bson.NewObjectID().Hex() + "_" + name)
	ctx, c.cancel = context.WithCancel(ctx)
	c.sending, c.failed = errgroup.WithContext(ctx)
	c.sending.Go(func() error { return c.send(c.failed) })
	return c
}

// Write implements importexport.Collection.
func (c *filling) Write(_ context.Context, d bson.D) error {
	raw, err := bson.Marshal(d)
	if err != nil {
		return fmt.Errorf("mongo: collection %s: document %v: %w", c.name, d[0].Value, err)
	}
	return c.add(raw)
}

func (c *filling) add(raw bson.Raw) error {
	if len(c.batch) == batchDocs || len(c.batch) > 0 && c.bytes+len(raw) > batchBytes {
		if err := c.flush(); err != nil {
			return err
		}
	}
	c.batch, c.bytes = append(c.batch, raw), c.bytes+len(raw)
	return nil
}

// flush hands the batch over; after a failure it tells that.
func (c *filling) flush() error {
	if len(c.batch) == 0 {
		return nil
	}
	select {
	case c.work <- c.batch:
		c.batch, c.bytes = nil, 0
		return nil
	case <-c.failed.Done():
		return cmp.Or(c.finish(), c.failed.Err())
	}
}

// finish waits for what was handed over.
func (c *filling) finish() error {
	if !c.closed {
		c.closed = true
		close(c.work)
	}
	return c.sending.Wait()
}

// send inserts batches, in any order within one, until there are no more.
func (c *filling) send(ctx context.Context) error {
	for batch := range c.work {
		within, cancel := stalled(ctx)
		_, err := c.to.InsertMany(within, batch, options.InsertMany().SetOrdered(false))
		cancel()
		if err != nil {
			return c.t.d.Explain(c.ctx, "collection "+c.name, refused(err, batch))
		}
	}
	return nil
}

// refused says which document the server did not take, and why.
func refused(err error, batch []bson.Raw) error {
	var bulk mongo.BulkWriteException
	if !errors.As(err, &bulk) || len(bulk.WriteErrors) == 0 {
		return err
	}
	e := bulk.WriteErrors[0]
	if e.Index < 0 || e.Index >= len(batch) {
		return err
	}
	return fmt.Errorf("document %s: %s (%d of %d were not taken): %w", idOf(batch[e.Index]), e.Message, len(bulk.WriteErrors), len(batch), err)
}

// Commit implements importexport.Collection: the collection is complete and
// has its indexes; Target.Publish shows it.
func (c *filling) Commit() error {
	if err := cmp.Or(c.flush(), c.finish()); err != nil {
		return err
	}
	index := c.t.d.CreateIndexes
	if c.t.opt.Env != "" {
		index = c.t.d.createLoose
	}
	if err := index(c.ctx, c.t.opt.Inventory, c.name, c.to); err != nil {
		return err
	}
	c.done = true
	c.cancel()
	c.t.ready = append(c.t.ready, ready{c.to.Name(), c.name})
	return nil
}

// Discard implements importexport.Collection.
func (c *filling) Discard() {
	if c.done {
		return
	}
	c.done = true
	c.cancel()
	_ = c.finish() // it was told to stop, or has told why already
	c.t.d.drop(c.to.Name())
}
