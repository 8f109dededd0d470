package importexport

import (
	"context"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
	"calipso/graph/document"
)

// Maker makes the documents of one environment as it was at one time: those
// that Export writes, for who needs only some of them. It is for one goroutine.
type Maker struct {
	env    graph.EnvID
	view   View
	fresh  freshness
	places *places
	linker *document.Linker
}

// NewMaker reads what the documents of an environment have in common.
//
// Errors: those of the view.
func NewMaker(ctx context.Context, env graph.EnvID, v View) (*Maker, error) {
	fresh, err := readFreshness(ctx, v)
	if err != nil {
		return nil, fmt.Errorf("importexport: environment %q: %w", env, err)
	}
	linker, err := document.NewLinker(ctx, v)
	if err != nil {
		return nil, err
	}
	return &Maker{env: env, view: v, fresh: fresh, places: &places{view: v, seen: map[graph.ID]*place{}}, linker: linker}, nil
}

// Scanned is when a part of the scan last answered completely, and whether its
// last attempt failed: what the documents of its objects say.
func (m *Maker) Scanned(part string) (at time.Time, stale bool) { return m.fresh.of(part) }

// Object is the inventory document of a vertex.
func (m *Maker) Object(ctx context.Context, v *graph.Vertex) (bson.D, error) {
	d, err := m.object(ctx, v)
	if err != nil {
		return nil, err
	}
	return encoded(d)
}

func (m *Maker) object(ctx context.Context, v *graph.Vertex) (map[string]any, error) {
	path, err := m.places.path(ctx, v)
	if err != nil {
		return nil, err
	}
	at, stale := m.fresh.of(v.Part)
	return document.Object(m.env, v, document.Place{Path: path, LastScanned: at, Stale: stale}), nil
}

// Link is the document of an edge.
func (m *Maker) Link(ctx context.Context, e *graph.Edge) (bson.D, error) {
	d, err := m.linker.Link(ctx, m.env, e)
	if err != nil {
		return nil, err
	}
	return encoded(d)
}

// Document is that of a document of the environment.
func (m *Maker) Document(d *graph.Document) (bson.D, error) { return encoded(ofEnvironment(m.env, d)) }

func encoded(m map[string]any) (bson.D, error) {
	d, err := Encode(m)
	if err != nil {
		return nil, fmt.Errorf("document %v: %w", m["_id"], err)
	}
	return d, nil
}
