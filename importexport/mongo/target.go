package mongo

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/importexport"
)

// unfinished begins the names of collections that an export is still filling;
// the time in the id that follows tells when it began.
const unfinished = "calipso_unfinished_"

// abandoned is the age at which an unfinished collection is nobody's any more.
const abandoned = 24 * time.Hour

// TargetOptions say what is written. The zero value replaces the collections.
type TargetOptions struct {
	// Inventory is the name of the inventory collection; empty: "inventory".
	Inventory string
	// Env limits what is replaced to the documents of one environment: those of
	// others that are there stay. Empty: all.
	Env graph.EnvID
}

// Target is a database to be written. Each collection is filled under another
// name; Publish puts them all in their places.
type Target struct {
	d     *Database
	opt   TargetOptions
	ready []ready
	there []string // names when the export began
}

var (
	_ importexport.Target    = (*Target)(nil)
	_ importexport.Publisher = (*Target)(nil)
)

// ready is a collection that is complete and waits for its place.
type ready struct{ from, to string }

// Target begins an export into the database. What exports that were killed
// left a day ago is removed.
func (d *Database) Target(ctx context.Context, opt TargetOptions) (*Target, error) {
	within, cancel := stalled(ctx)
	defer cancel()
	all, err := d.db.ListCollectionNames(within, bson.D{})
	if err != nil {
		return nil, d.Explain(ctx, "collections of "+d.String(), err)
	}
	for _, n := range all {
		if begun, ok := begunAt(n); ok && time.Since(begun) > abandoned {
			if err := d.db.Collection(n).Drop(within); err != nil {
				return nil, d.Explain(ctx, "collection "+n, err)
			}
		}
	}
	return &Target{d: d, opt: opt, there: all}, nil
}

// begunAt tells when an unfinished collection was begun.
func begunAt(name string) (time.Time, bool) {
	rest, ok := strings.CutPrefix(name, unfinished)
	if !ok || len(rest) < 24 {
		return time.Time{}, false
	}
	id, err := bson.ObjectIDFromHex(rest[:24])
	return id.Timestamp(), err == nil
}

// Create implements importexport.Target.
func (t *Target) Create(ctx context.Context, collection string) (importexport.Collection, error) {
	c := newFilling(ctx, t, collection)
	within, cancel := stalled(ctx)
	defer cancel()
	if err := t.d.db.CreateCollection(within, c.to.Name()); err != nil {
		c.Discard()
		return nil, t.d.Explain(ctx, "collection "+collection, err)
	}
	if err := t.keep(ctx, c); err != nil {
		c.Discard()
		return nil, err
	}
	return c, nil
}

// keep copies the documents of other environments.
func (t *Target) keep(ctx context.Context, c *filling) error {
	if t.opt.Env == "" || !slices.Contains(t.there, c.name) {
		return nil
	}
	field := "environment"
	if c.name == string(graph.Environments) {
		field = "name"
	}
	others := bson.D{{Key: field, Value: bson.D{{Key: "$type", Value: "string"}, {Key: "$nin", Value: bson.A{string(t.opt.Env), "", catalog.AnyEnvironment}}}}}
	cur, err := t.d.db.Collection(c.name).Find(ctx, others, options.Find().SetBatchSize(batchDocs))
	if err != nil {
		return t.d.Explain(ctx, "collection "+c.name, err)
	}
	defer t.d.end(cur)
	for cur.Next(ctx) {
		if err := c.add(slices.Clone(cur.Current)); err != nil {
			return err
		}
	}
	return t.d.Explain(ctx, "collection "+c.name, cur.Err())
}

// end gives a cursor back; the server would do so too, later.
func (d *Database) end(cur *mongo.Cursor) {
	ctx, cancel := context.WithTimeout(context.Background(), wait) // also after an interrupt
	defer cancel()
	_ = cur.Close(ctx)
}

// publishTime is how long the exchange of all collections may take.
const publishTime = time.Minute

// Publish implements importexport.Publisher: each collection takes the place of
// the one that was there. It is not interrupted by ctx once it has begun, so
// that a reader does not find new objects beside old links for long.
func (t *Target) Publish(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), publishTime)
	defer cancel()
	for len(t.ready) > 0 {
		if err := t.d.replace(ctx, t.ready[0]); err != nil {
			return t.d.Explain(ctx, "collection "+t.ready[0].to, err)
		}
		t.ready = t.ready[1:]
	}
	return nil
}

// Discard removes what was written and not published.
func (t *Target) Discard() {
	for _, r := range t.ready {
		t.d.drop(r.from)
	}
	t.ready = nil
}

// drop removes a collection that was never shown; one that cannot be removed is
// found by a later export.
func (d *Database) drop(name string) {
	ctx, cancel := context.WithTimeout(context.Background(), wait) // also after an interrupt
	defer cancel()
	_ = d.db.Collection(name).Drop(ctx)
}

// replace puts a collection in the place of another, in one step where the
// server can. Where it cannot, the old one is put aside first, and put back if
// the new one does not come.
func (d *Database) replace(ctx context.Context, r ready) error {
	err := d.rename(ctx, r.from, r.to, true)
	var answer mongo.ServerError
	if !errors.As(err, &answer) || !answer.HasErrorCode(codeNotImplemented) {
		return err
	}
	aside := unfinished + bson.NewObjectID().Hex() + "_old_" + r.to
	err = d.rename(ctx, r.to, aside, false)
	was := !errors.As(err, &answer) || !answer.HasErrorCode(codeNotFound)
	if was && err != nil {
		return err
	}
	if err = d.rename(ctx, r.from, r.to, false); err != nil {
		if was {
			err = errors.Join(err, d.rename(ctx, aside, r.to, false))
		}
		return err
	}
	if was {
		d.drop(aside)
	}
	return nil
}

func (d *Database) rename(ctx context.Context, from, to string, dropTarget bool) error {
	return d.client.Database("admin").RunCommand(ctx, bson.D{
		{Key: "renameCollection", Value: d.db.Name() + "." + from}, {Key: "to", Value: d.db.Name() + "." + to}, {Key: "dropTarget", Value: dropTarget},
	}).Err()
}
