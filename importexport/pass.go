package importexport

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"strings"
	"time"

	"calipso/graph"
)

// pass reads one environment out of the source.
type pass struct {
	*importer
	env  graph.EnvID
	seen map[graph.EnvID]bool // environments met on the way
	view View                 // what the store holds; nil: nothing

	hash    maphash.Seed
	ids     map[uint64]struct{} // of the vertices read, and docs and edges, hashed
	former  map[string]graph.ID // of the interfaces whose id changed, by document id
	ops     map[graph.Op]int64  // what the records read do to the store
	scanned time.Time           // the newest last_scanned of objects without a part
}

func (p *pass) run(ctx context.Context) error {
	p.hash, p.ids, p.former = maphash.MakeSeed(), map[uint64]struct{}{}, map[string]graph.ID{}
	view, err := p.importer.view(ctx, p.env)
	if err != nil {
		return err
	}
	p.view = view
	if !p.importer.has[inventory] && p.opt.Replace {
		return fmt.Errorf("importexport: environment %q: the source has no collection %s to replace it with", p.env, CollectionName(p.opt.Inventory, inventory))
	}
	if view != nil && p.opt.Replace {
		return p.replace(ctx)
	}
	return p.load(ctx)
}

// load adds or replaces what the source has and the store has not, as a stream.
func (p *pass) load(ctx context.Context) error {
	next, stop := iter.Pull2(p.changed(ctx))
	defer stop()
	r, err, ok := next()
	if !ok {
		return p.nothing()
	}
	c, err := p.dst.Load(ctx, p.env, p.opt.Cause, func(yield func(*graph.Record, error) bool) { // its result lists no changes
		for ; ok; r, err, ok = next() {
			if !yield(r, err) {
				return
			}
		}
		p.tell.storing()
	})
	if err != nil {
		return fmt.Errorf("importexport: environment %q: %w", p.env, err)
	}
	p.committed(c)
	for op, n := range p.ops {
		p.report.ops(op, n)
	}
	return nil
}

// nothing is the error of asking for an environment that the source does not
// know; one that it describes may have no content.
func (p *pass) nothing() error {
	if len(p.ids) > 0 || p.named[p.env] {
		return nil
	}
	return fmt.Errorf("importexport: environment %q in the source: %w", p.env, graph.ErrNotFound)
}

// changed iterates over those records of the environment that the store does
// not hold as they are.
func (p *pass) changed(ctx context.Context) iter.Seq2[*graph.Record, error] {
	p.ops = map[graph.Op]int64{}
	return func(yield func(*graph.Record, error) bool) {
		for r, err := range p.all(ctx) {
			op := graph.Added
			if err == nil && p.view != nil {
				op, err = p.stored(ctx, r)
			}
			p.ops[op]++
			if op != unchanged && !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// unchanged is what happens to a record that the store holds as it is.
const unchanged graph.Op = ""

// all iterates over the records of the environment: objects, then links, then
// documents.
func (p *pass) all(ctx context.Context) iter.Seq2[*graph.Record, error] {
	return func(yield func(*graph.Record, error) bool) {
		for _, part := range []func(context.Context, func(*graph.Record, error) bool) bool{p.vertices, p.edges, p.docs} {
			if !part(ctx, yield) {
				return
			}
		}
	}
}

// first notes a thing by its key and tells whether it is the first of it.
func (p *pass) first(kind, key string) bool {
	h := p.sum(kind, key)
	if _, twice := p.ids[h]; twice {
		return false
	}
	p.ids[h] = struct{}{}
	return true
}

func (p *pass) has(kind, key string) bool {
	_, ok := p.ids[p.sum(kind, key)]
	return ok
}

func (p *pass) sum(kind, key string) uint64 {
	return maphash.String(p.hash, kind+"\x00"+key)
}

// foreign notes which environment a document is of and tells whether it is
// another than this pass's.
func (p *pass) foreign(env string) bool {
	if p.opt.Env == "" {
		p.seen[graph.EnvID(env)] = true
	}
	return env != string(p.env)
}

func (p *pass) vertices(ctx context.Context, yield func(*graph.Record, error) bool) bool {
	for d, err := range p.documents(ctx, inventory) {
		if err != nil {
			yield(nil, err)
			return false
		}
		env := d.Body.String("environment")
		if env == "" {
			p.once(inventory, "no environment", d.At)
			continue
		}
		if p.foreign(env) {
			continue
		}
		old := text(d.Body["id"])
		scanned := moment(d.Body["last_scanned"])
		_, v, notes, err := Vertex(d)
		switch {
		case err != nil:
			p.count(inventory, Skipped, err.Error(), d.At)
			continue
		case !p.first("v", string(v.ID)):
			p.count(inventory, Skipped, "id occurs twice in the environment", d.At)
			continue
		}
		if v.Type == graph.HostPNIC && string(v.ID) != old && d.ID != "" {
			p.former[d.ID] = v.ID
		}
		if v.Part == "" && scanned.After(p.scanned) {
			p.scanned = scanned
		}
		if len(notes) == 0 {
			p.count(inventory, Taken, "", d.At)
		} else {
			p.count(inventory, Mapped, strings.Join(notes, "; "), d.At)
		}
		if !yield(&graph.Record{Vertex: v}, nil) {
			return false
		}
	}
	return true
}

func (p *pass) edges(ctx context.Context, yield func(*graph.Record, error) bool) bool {
	for d, err := range p.documents(ctx, links) {
		if err != nil {
			yield(nil, err)
			return false
		}
		env := d.Body.String("environment")
		if env == "" {
			p.once(links, "no environment", d.At)
			continue
		}
		if p.foreign(env) {
			continue
		}
		_, e, err := Edge(d, func(oid, _ string) graph.ID { return p.former[oid] })
		if err != nil {
			p.count(links, Skipped, err.Error(), d.At)
			continue
		}
		if e.Implicit {
			p.count(links, Skipped, "implicit links are derived when asked for", d.At)
			continue
		}
		missing, err := p.missingEnd(ctx, e)
		switch {
		case err != nil:
			yield(nil, err)
			return false
		case missing:
			p.count(links, Skipped, "an end is not in the inventory", d.At)
			continue
		case !p.first("e", edgeKey(e.EdgeKey)):
			p.count(links, Skipped, "link occurs twice", d.At)
			continue
		}
		p.count(links, Taken, "", d.At)
		if !yield(&graph.Record{Edge: e}, nil) {
			return false
		}
	}
	return true
}

func edgeKey(k graph.EdgeKey) string {
	return string(k.Type) + "\x00" + string(k.From) + "\x00" + string(k.To)
}

// missingEnd tells whether an end of an edge is neither in the source nor,
// where the store's content stays, in the store.
func (p *pass) missingEnd(ctx context.Context, e *graph.Edge) (bool, error) {
	for _, id := range []graph.ID{e.From, e.To} {
		if p.has("v", string(id)) {
			continue
		}
		if p.view == nil || p.opt.Replace {
			return true, nil
		}
		if _, err := p.view.Vertex(ctx, id); errors.Is(err, graph.ErrNotFound) {
			return true, nil
		} else if err != nil {
			return false, err
		}
	}
	return false, nil
}

func (p *pass) docs(ctx context.Context, yield func(*graph.Record, error) bool) bool {
	for _, c := range collectionsIn(perEnv) {
		for d, err := range p.documents(ctx, c) {
			if err != nil {
				yield(nil, err)
				return false
			}
			env := d.Body.String("environment")
			if env == "" {
				p.once(c, "no environment", d.At)
				continue
			}
			if p.foreign(env) {
				continue
			}
			doc, why := envDocument(c, d)
			if doc != nil && doc.Collection == graph.ScheduledScans {
				if err := p.schedule(ctx, doc); err != nil {
					yield(nil, err)
					return false
				}
			}
			if why != "" {
				p.count(c, Skipped, why, d.At)
				continue
			}
			if !p.first("d", c+"\x00"+doc.ID) {
				p.count(c, Skipped, "id occurs twice", d.At)
				continue
			}
			p.count(c, Taken, "", d.At)
			if !yield(&graph.Record{Doc: doc}, nil) {
				return false
			}
		}
	}
	if p.importer.has[string(graph.Parts)] || p.scanned.IsZero() {
		return true
	}
	doc := &graph.Document{DocKey: graph.DocKey{Collection: graph.Parts, ID: importPart}, Body: graph.Attrs{"state": "ok", "ok_time": p.scanned}}
	p.first("d", string(graph.Parts)+"\x00"+doc.ID)
	return yield(&graph.Record{Doc: doc}, nil)
}

// replace makes one commit of the difference between the source and the store.
// It keeps the difference in memory, not the environment.
func (p *pass) replace(ctx context.Context) error {
	b := &graph.Batch{}
	for r, err := range p.changed(ctx) {
		if err != nil {
			return err
		}
		add(b, r)
	}
	if err := p.nothing(); err != nil {
		return err
	}
	for v, err := range p.view.Vertices(ctx) {
		if err != nil {
			return err
		}
		if !p.has("v", string(v.ID)) {
			b.Delete = append(b.Delete, v.ID)
		}
	}
	for e, err := range p.view.Edges(ctx) {
		if err != nil {
			return err
		}
		if !p.has("e", edgeKey(e.EdgeKey)) && p.has("v", string(e.From)) && p.has("v", string(e.To)) {
			b.DeleteEdges = append(b.DeleteEdges, e.EdgeKey)
		}
	}
	for _, c := range collectionsIn(perEnv) {
		if !p.importer.has[c] {
			continue
		}
		for d, err := range p.view.Documents(ctx, graph.Collection(c)) {
			if err != nil {
				return err
			}
			if !p.has("d", c+"\x00"+d.ID) {
				b.DeleteDocs = append(b.DeleteDocs, d.DocKey)
			}
		}
	}
	p.tell.storing()
	return p.commit(ctx, p.env, b)
}

// stored tells what a record does to the store.
func (p *pass) stored(ctx context.Context, r *graph.Record) (op graph.Op, err error) {
	same := false
	switch {
	case r.Vertex != nil:
		var v *graph.Vertex
		if v, err = p.view.Vertex(ctx, r.Vertex.ID); err == nil {
			same = sameVertex(v, r.Vertex)
		}
	case r.Edge != nil:
		var e *graph.Edge
		if e, err = p.view.Edge(ctx, r.Edge.EdgeKey); err == nil {
			same = sameEdge(e, r.Edge)
		}
	case r.Doc != nil:
		var d *graph.Document
		if d, err = p.view.Document(ctx, r.Doc.Collection, r.Doc.ID); err == nil {
			same = sameAttrs(d.Body, r.Doc.Body)
		}
	}
	switch {
	case errors.Is(err, graph.ErrNotFound):
		return graph.Added, nil
	case err == nil && same:
		return unchanged, nil
	}
	return graph.Changed, err
}

func add(b *graph.Batch, r *graph.Record) {
	switch {
	case r.Vertex != nil:
		b.Put = append(b.Put, r.Vertex)
	case r.Edge != nil:
		b.PutEdges = append(b.PutEdges, r.Edge)
	case r.Doc != nil:
		b.PutDocs = append(b.PutDocs, r.Doc)
	}
}
