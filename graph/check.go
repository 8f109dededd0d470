package graph

import (
	"cmp"
	"fmt"
	"strings"
)

func (b *Batch) empty() bool {
	return len(b.Put)+len(b.Delete)+len(b.PutEdges)+len(b.DeleteEdges)+len(b.PutDocs)+len(b.DeleteDocs) == 0
}

// check finds what is wrong with a batch by itself.
func (b *Batch) check(env EnvID) error {
	if env == Shared && len(b.Put)+len(b.Delete)+len(b.PutEdges)+len(b.DeleteEdges) > 0 {
		return fmt.Errorf("shared documents have no vertices or edges: %w", ErrConflict)
	}
	vertices := once[ID]{what: "vertex"}
	for _, v := range b.Put {
		if err := v.check(); err != nil {
			return err
		}
		vertices.put(v.ID)
	}
	vertices.deleted(b.Delete)
	edges := once[EdgeKey]{what: "edge"}
	for _, e := range b.PutEdges {
		if err := e.check(); err != nil {
			return err
		}
		edges.put(e.EdgeKey)
	}
	edges.deleted(b.DeleteEdges)
	docs := once[DocKey]{what: "document"}
	for _, d := range b.PutDocs {
		if err := d.check(); err != nil {
			return err
		}
		docs.put(d.DocKey)
	}
	docs.deleted(b.DeleteDocs)
	return cmp.Or(vertices.err, edges.err, docs.err)
}

// once notices things that a batch puts twice, or both puts and deletes.
type once[K comparable] struct {
	what string
	seen map[K]struct{}
	err  error
}

func (o *once[K]) put(k K) {
	if _, twice := o.seen[k]; twice && o.err == nil {
		o.err = fmt.Errorf("%s %q is put twice: %w", o.what, fmt.Sprint(k), ErrConflict)
	}
	if o.seen == nil {
		o.seen = map[K]struct{}{}
	}
	o.seen[k] = struct{}{}
}

func (o *once[K]) deleted(keys []K) {
	for _, k := range keys {
		if _, both := o.seen[k]; both && o.err == nil {
			o.err = fmt.Errorf("%s %q is both put and deleted: %w", o.what, fmt.Sprint(k), ErrConflict)
		}
	}
}

// maxName is the longest id or type, in bytes; keys hold up to three of them.
const maxName = 8 << 10

// names collects what is wrong with the names of one thing.
type names struct{ wrong []FieldError }

func (n *names) need(field, text string) {
	switch {
	case text == "":
		n.wrong = append(n.wrong, FieldError{field, "is missing"})
	case strings.Contains(text, "\x00"):
		n.wrong = append(n.wrong, FieldError{field, "may not hold a zero byte"})
	case len(text) > maxName:
		n.wrong = append(n.wrong, FieldError{field, fmt.Sprintf("has %d bytes, at most %d are possible", len(text), maxName)})
	}
}

func (n *names) err(format string, args ...any) error {
	if len(n.wrong) == 0 {
		return nil
	}
	return &InvalidError{What: fmt.Sprintf(format, args...), Fields: n.wrong}
}

func (v *Vertex) check() error {
	var n names
	n.need("id", string(v.ID))
	n.need("type", string(v.Type))
	if v.Parent != "" {
		n.need("parent", string(v.Parent))
	}
	if v.Parent == v.ID {
		n.wrong = append(n.wrong, FieldError{"parent", "is the vertex itself"})
	}
	return n.err("vertex %q", v.ID)
}

func (e *Edge) check() error {
	var n names
	n.need("link_type", string(e.Type))
	n.need("source", string(e.From))
	n.need("target", string(e.To))
	return n.err("edge %q from %q to %q", e.Type, e.From, e.To)
}

func (d *Document) check() error {
	var n names
	n.need("collection", string(d.Collection))
	n.need("id", d.ID)
	return n.err("document %q of %q", d.ID, d.Collection)
}
