package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
	"calipso/importexport"
	"calipso/importexport/mirror"
	"calipso/importexport/mongo"
)

// The mirror's own batches and writers, which the bare driver gets too; FerretDB
// is given smaller commands by both, and fewer documents, since it takes some
// milliseconds for each.
const (
	mirrorBatch   = 1000
	mirrorWriters = 2
	ferretBatch   = 30
	ferretObjects = 300
	mirrorShare   = 0.8
)

// mirrorRows measure how fast a MongoDB is brought in step, beside a bare driver
// that writes the same documents into another database of the same server.
func mirrorRows(ctx context.Context, w *world) ([]*Row, error) {
	fill := &Row{Name: "copy", What: "all documents into an empty MongoDB, wall time of each", Unit: "ns"}
	follow := &Row{Name: "follow", What: "documents that commits changed, wall time of each", Unit: "ns"}
	uri, end, err := mongoServer(ctx, filepath.Join(w.dir, "mongo"))
	if err != nil {
		fill.Missing = err.Error()
		follow.Missing = fill.Missing
		return []*Row{fill, follow}, nil
	}
	defer end()
	r, err := newMirrorRun(ctx, uri, w.objects)
	if err != nil {
		return nil, err
	}
	defer r.close()
	for _, m := range []struct {
		row   *Row
		sides [2]func() (float64, error)
	}{
		{fill, [2]func() (float64, error){func() (float64, error) { return r.copyOurs(ctx) }, func() (float64, error) { return r.copyBare(ctx) }}},
		{follow, [2]func() (float64, error){func() (float64, error) { return r.followOurs(ctx) }, func() (float64, error) { return r.followBare(ctx) }}},
	} {
		took, err := w.repeated(m.sides[0], m.sides[1])
		if err != nil {
			return nil, err
		}
		m.row.Ours = took[0]
		m.row.against("a bare driver's bulk writes", took[1]).shareAtLeast(mirrorShare).
			note("%d documents, %s; batches of %d and %d writers on both sides; ours notes how far it is, too", r.written, r.product, r.batch, mirrorWriters)
	}
	return []*Row{fill, follow}, nil
}

// mirrorRun is one store and two databases that hold its documents.
type mirrorRun struct {
	store      *graph.Store
	client     *driver.Client
	uri        string
	ours, bare *driver.Database
	sink       *mirror.Server
	mirror     *mirror.Mirror
	product    string
	batch      int
	last       collected // what the last export gave
	changed    collected // what the bare driver has to write next
	written    int
	round      int
}

func newMirrorRun(ctx context.Context, uri string, objects int) (r *mirrorRun, err error) {
	r = &mirrorRun{uri: strings.TrimSuffix(uri, "/"), product: "MongoDB", batch: mirrorBatch}
	if r.client, err = driver.Connect(options.Client().ApplyURI(uri)); err != nil {
		return nil, err
	}
	r.ours, r.bare = r.client.Database("calipso_goals_ours"), r.client.Database("calipso_goals_bare")
	build, err := r.ours.RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Raw()
	if err != nil {
		return nil, err
	}
	if _, err := build.LookupErr("ferretdbVersion"); err == nil {
		r.product, r.batch, objects = "FerretDB", ferretBatch, ferretObjects
	}
	if r.store, err = graph.Open(ctx, memory.New(), graph.Options{}); err != nil {
		return nil, err
	}
	env := &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: string(envName)}, Body: graph.Attrs{
		"name": string(envName), "environment_type": "OpenStack", "mechanism_drivers": []any{"OVS"}}}
	if _, err := r.store.Commit(ctx, graph.Shared, graph.Cause{Kind: graph.CauseUser}, &graph.Batch{PutDocs: []*graph.Document{env}}); err != nil {
		return nil, err
	}
	_, err = r.store.Load(ctx, envName, graph.Cause{Kind: graph.CauseImport}, graphtest.Cloud(graphtest.CloudSize(objects)))
	return r, err
}

func (r *mirrorRun) close() {
	_ = errors.Join(r.endMirror(), r.ours.Drop(context.Background()), r.bare.Drop(context.Background()), r.client.Disconnect(context.Background()), r.store.Close()) // what it measured stands
}

func (r *mirrorRun) endMirror() error {
	if r.sink == nil {
		return nil
	}
	return r.sink.Close()
}

func (r *mirrorRun) copyOurs(ctx context.Context) (float64, error) {
	if err := errors.Join(r.endMirror(), r.ours.Drop(ctx)); err != nil {
		return 0, err
	}
	var err error
	if r.sink, err = mirror.NewServer(mongo.Options{URI: graph.NewSecret(r.uri + "/" + r.ours.Name())}, ""); err != nil {
		return 0, err
	}
	r.mirror = mirror.New(r.store, r.sink, mirror.Options{Writers: mirrorWriters, Batch: mirrorBatch})
	if r.last, err = export(ctx, r.store); err != nil {
		return 0, err
	}
	return r.each(r.last, func() error { return r.mirror.Sync(ctx) })
}

func (r *mirrorRun) copyBare(ctx context.Context) (float64, error) {
	if err := r.bare.Drop(ctx); err != nil {
		return 0, err
	}
	return r.each(r.last, func() error {
		if err := r.write(ctx, r.last); err != nil {
			return err
		}
		for _, c := range r.last.names {
			if models := mongo.Indexes("", c); len(models) > 0 {
				if _, err := r.bare.Collection(c).Indexes().CreateMany(ctx, models); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// followOurs renames all links, which are in their cliques, too, and has
// everything scanned again.
func (r *mirrorRun) followOurs(ctx context.Context) (float64, error) {
	v, err := r.store.View(ctx, envName, graph.Now)
	if err != nil {
		return 0, err
	}
	r.round++
	b := &graph.Batch{PutDocs: []*graph.Document{{DocKey: graph.DocKey{Collection: graph.Parts, ID: "*"},
		Body: graph.Attrs{"ok_time": time.Date(2026, 1, 1, 0, r.round, 0, 0, time.UTC)}}}}
	for e, err := range v.Edges(ctx) {
		if err != nil {
			return 0, err
		}
		e.Name = fmt.Sprint("round ", r.round)
		b.PutEdges = append(b.PutEdges, e)
	}
	if _, err := r.store.Commit(ctx, envName, graph.Cause{Kind: graph.CauseScan}, b); err != nil {
		return 0, err
	}
	before := r.last
	if r.last, err = export(ctx, r.store); err != nil {
		return 0, err
	}
	r.changed = r.last.otherThan(before)
	return r.each(r.changed, func() error { return r.mirror.Sync(ctx) })
}

func (r *mirrorRun) followBare(ctx context.Context) (float64, error) {
	return r.each(r.changed, func() error { return r.write(ctx, r.changed) })
}

// each is the wall time that one document took, in nanoseconds.
func (r *mirrorRun) each(docs collected, do func() error) (float64, error) {
	r.written = docs.len()
	begun := time.Now()
	err := do()
	return float64(time.Since(begun)) / float64(max(1, r.written)), err
}

// write is what a program would do that knows what to write: the same upserts,
// in batches of the same size, by as many writers.
func (r *mirrorRun) write(ctx context.Context, docs collected) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(mirrorWriters)
	for _, c := range docs.names {
		for from := 0; from < len(docs.docs[c]); from += r.batch {
			some := docs.docs[c][from:min(from+r.batch, len(docs.docs[c]))]
			group.Go(func() error {
				models := make([]driver.WriteModel, len(some))
				for i, d := range some {
					models[i] = driver.NewReplaceOneModel().SetFilter(bson.D{{Key: "_id", Value: d.Lookup("_id")}}).SetReplacement(d).SetUpsert(true)
				}
				_, err := r.bare.Collection(c).BulkWrite(ctx, models, options.BulkWrite().SetOrdered(false))
				return err
			})
		}
	}
	return group.Wait()
}

// collected are the documents of an export, a target itself.
type collected struct {
	names []string
	docs  map[string][]bson.Raw
}

func export(ctx context.Context, s *graph.Store) (collected, error) {
	c := collected{docs: map[string][]bson.Raw{}}
	_, err := importexport.Export(ctx, importexport.Of(s), &c, importexport.ExportOptions{})
	return c, err
}

// Create implements importexport.Target.
func (c *collected) Create(_ context.Context, collection string) (importexport.Collection, error) {
	c.names = append(c.names, collection)
	return collecting{c, collection}, nil
}

type collecting struct {
	to         *collected
	collection string
}

func (c collecting) Write(_ context.Context, d bson.D) error {
	b, err := bson.Marshal(d)
	c.to.docs[c.collection] = append(c.to.docs[c.collection], b)
	return err
}

func (c collecting) Commit() error { return nil }
func (c collecting) Discard()      {}

func (c collected) len() (n int) {
	for _, docs := range c.docs {
		n += len(docs)
	}
	return n
}

// otherThan are the documents that another export did not have like that.
func (c collected) otherThan(before collected) collected {
	out := collected{names: c.names, docs: map[string][]bson.Raw{}}
	for _, name := range c.names {
		had := map[string]bool{}
		for _, d := range before.docs[name] {
			had[string(d)] = true
		}
		for _, d := range c.docs[name] {
			if !had[string(d)] {
				out.docs[name] = append(out.docs[name], d)
			}
		}
	}
	return out
}

// mongoServer is the server that LAB_MONGO_URI names, or one that the
// laboratory's scripts start in a folder.
func mongoServer(ctx context.Context, dir string) (uri string, end func(), err error) {
	if uri = os.Getenv("LAB_MONGO_URI"); uri != "" {
		return uri, func() {}, nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		return "", nil, err
	}
	script := func(ctx context.Context, name string) ([]byte, error) {
		cmd := exec.CommandContext(ctx, filepath.Join("testdata", "labs", "mongo", name))
		cmd.Env = append(os.Environ(), "LAB_MONGO_DIR="+dir, fmt.Sprint("LAB_MONGO_PORT=", port))
		return cmd.CombinedOutput()
	}
	out, err := script(ctx, "up")
	if err != nil {
		return "", nil, fmt.Errorf("no MongoDB: LAB_MONGO_URI names none, and testdata/labs/mongo/up: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return fmt.Sprintf("mongodb://127.0.0.1:%d/", port), func() { _, _ = script(context.Background(), "down") }, nil
}
