package mongo

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"calipso/graph"
	"calipso/importexport"
)

// batchDocs is how many documents come from, or go to, the server at a time; the
// server's limit of 16 MB for a batch holds beside it.
const batchDocs = 1000

// Source is a database to be read.
type Source struct {
	d         *Database
	inventory string
}

var _ importexport.Selector = (*Source)(nil)

// Source reads the collections beside an inventory of the given name (rule
// DM-02); empty: "inventory".
func (d *Database) Source(inventory string) *Source {
	return &Source{d, inventory}
}

// Collections implements importexport.Source. Unfinished ones of an export are
// left out.
//
// Errors: ErrNoDatabase if the database is empty, or has no inventory of the
// name that was asked for; both say what is there instead.
func (s *Source) Collections(ctx context.Context) ([]string, error) {
	names, err := s.d.names(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case len(names) == 0:
		return nil, s.d.missing(ctx)
	case s.inventory != "" && !slices.Contains(names, s.inventory):
		return nil, &serverError{fmt.Sprintf("mongo: %s has no inventory %q; its collections: %s", s.d, s.inventory, strings.Join(names, ", ")), ErrNoDatabase}
	}
	return names, nil
}

// names are the names of the database's collections, in order.
func (d *Database) names(ctx context.Context) ([]string, error) {
	within, cancel := stalled(ctx)
	defer cancel()
	all, err := d.db.ListCollectionNames(within, bson.D{})
	if err != nil {
		return nil, d.Explain(ctx, "collections of "+d.String(), err)
	}
	names := slices.DeleteFunc(all, func(n string) bool { return strings.HasPrefix(n, "system.") || strings.HasPrefix(n, unfinished) })
	slices.Sort(names)
	return names, nil
}

// missing says that the database is not there, and which are, if it may be known.
func (d *Database) missing(ctx context.Context) error {
	text := fmt.Sprintf("mongo: %s: there is no such database, or it is empty", d)
	within, cancel := stalled(ctx)
	defer cancel()
	if there, err := d.client.ListDatabaseNames(within, bson.D{}); err == nil && len(there) > 0 {
		slices.Sort(there)
		text += "; there are: " + strings.Join(there, ", ")
	}
	return &serverError{text, ErrNoDatabase}
}

// Size implements importexport.Source: what the server says of the collections
// that are read; 0 if it does not tell.
func (s *Source) Size(ctx context.Context) (int64, error) {
	names, err := s.Collections(ctx)
	if err != nil {
		return 0, err
	}
	var sum int64
	for _, n := range names {
		if !importexport.Reads(s.inventory, n) {
			continue
		}
		var stats struct{ Size float64 }
		within, cancel := stalled(ctx)
		err := s.d.db.RunCommand(within, bson.D{{Key: "collStats", Value: n}}).Decode(&stats)
		cancel()
		if err != nil {
			return 0, ctx.Err() // a view, or one who may read but not measure
		}
		sum += int64(stats.Size)
	}
	return sum, nil
}

// Documents implements importexport.Source. A batch is in memory at a time.
//
// Errors: of the server, with the collection; a document that is no BSON, with
// its place. A collection that is not there gives nothing.
func (s *Source) Documents(ctx context.Context, collection string) iter.Seq2[importexport.Doc, error] {
	return s.find(ctx, collection, bson.D{})
}

// DocumentsOf implements importexport.Selector.
func (s *Source) DocumentsOf(ctx context.Context, collection string, env graph.EnvID) iter.Seq2[importexport.Doc, error] {
	return s.find(ctx, collection, bson.D{{Key: "environment", Value: string(env)}})
}

func (s *Source) find(ctx context.Context, collection string, filter bson.D) iter.Seq2[importexport.Doc, error] {
	return func(yield func(importexport.Doc, error) bool) {
		fail := func(err error) { yield(importexport.Doc{}, s.d.Explain(ctx, "collection "+collection, err)) }
		within, cancel := stalled(ctx)
		cur, err := s.d.db.Collection(collection).Find(within, filter, options.Find().SetBatchSize(batchDocs))
		cancel()
		if err != nil {
			fail(err)
			return
		}
		defer s.d.end(cur)
		for {
			within, cancel := stalled(ctx)
			more := cur.Next(within)
			cancel()
			if !more {
				break
			}
			var d bson.D
			at := collection + ":" + idOf(cur.Current)
			if err := bson.Unmarshal(cur.Current, &d); err != nil {
				yield(importexport.Doc{}, fmt.Errorf("mongo: %s: %w", at, err))
				return
			}
			if !yield(importexport.Decode(d, at, len(cur.Current)), nil) {
				return
			}
		}
		if err := cur.Err(); err != nil {
			fail(err)
		}
	}
}

// idOf is the text of a document's id, for messages.
func idOf(raw bson.Raw) string {
	id := raw.Lookup("_id")
	if oid, ok := id.ObjectIDOK(); ok {
		return oid.Hex()
	}
	if s, ok := id.StringValueOK(); ok {
		return s
	}
	return id.String()
}
