package drawing

import (
	"context"
	"iter"
	"slices"
	"time"

	"calipso/graph"
	"calipso/graph/document"
	"calipso/importexport"
)

// element is an object or a link on its way to a file. doc holds what is known
// of it by documented names; its key and those of its ends are not in there.
type element struct {
	key      string
	from, to string // of a link
	doc      map[string]any
}

// Names under which drawings hold what the documents call id: the id of a node
// is its key, unique in the drawing.
const (
	idField    = "id"
	ownID      = "object_id"
	fromField  = "source"
	toField    = "target"
	valueField = "value"
	keyField   = "key"
)

// taken are names that mean something to a format.
var taken = []string{idField, fromField, toField, valueField, keyField, "parent"}

// nodes iterates over the objects of all parts.
func (d *Drawing) nodes(ctx context.Context) iter.Seq2[*element, error] {
	return func(yield func(*element, error) bool) {
		for _, p := range d.Parts {
			env := p.View.Env()
			for doc, err := range importexport.Objects(ctx, env, p.View, p.vertices(ctx)) {
				if err != nil {
					yield(nil, err)
					return
				}
				id, _ := doc["id"].(string)
				doc[ownID] = id
				for _, name := range hidden {
					delete(doc, name)
				}
				if !yield(&element{key: d.key(env, graph.ID(id)), doc: setApart(doc)}, ctx.Err()) {
					return
				}
			}
		}
	}
}

// edges iterates over the links of all parts.
func (d *Drawing) edges(ctx context.Context) iter.Seq2[*element, error] {
	return func(yield func(*element, error) bool) {
		for _, p := range d.Parts {
			env := p.View.Env()
			for e, err := range p.edges(ctx) {
				if err != nil {
					yield(nil, err)
					return
				}
				doc := document.Link(env, e, "", "", time.Time{})
				oid, _ := doc["_id"].(graph.OID)
				for _, name := range []string{"_id", "source", "target", "attributes"} {
					delete(doc, name)
				}
				for name, v := range e.Attrs {
					if _, hides := doc[name]; !hides {
						doc[name] = v
					}
				}
				x := &element{key: string(oid), from: d.key(env, e.From), to: d.key(env, e.To), doc: setApart(doc)}
				if !yield(x, ctx.Err()) {
					return
				}
			}
		}
	}
}

// hidden are the members of an object's document that drawings leave out.
var hidden = []string{"_id", "id", "show_in_tree"}

// apart is another name for attributes that formats would take for something
// else: an id, the ends of a link, the box around a node.
func apart(name string) string {
	if slices.Contains(taken, name) {
		return name + "_"
	}
	return name
}

func setApart(doc map[string]any) map[string]any {
	for _, name := range taken {
		if v, ok := doc[name]; ok {
			delete(doc, name)
			doc[apart(name)] = v
		}
	}
	return doc
}
