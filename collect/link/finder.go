package link

import (
	"context"
	"fmt"

	"calipso/collect/enrich"
	"calipso/graph"
)

// Finder derives the links of one type.
type Finder struct {
	Type graph.EdgeType
	// Find emits every link of the type that the graph shows, ordered as the
	// reader orders the vertices they are found at. The edges are the caller's
	// to keep.
	//
	// An end that is named by one vertex may be missing from the graph (rule
	// LC-01): such an edge is emitted all the same, so that whoever takes it
	// can say what is missing; Run does.
	//
	// Errors: those of the reader.
	Find func(ctx context.Context, env *graph.Environment, g graph.Reader, emit func(*graph.Edge)) error
}

// Run runs all finders over the graph. It emits the edges whose ends both
// exist and are what the link's type says, in the order of the table, each key once; of the others it returns a
// finding.
//
// Errors: those of the reader, with the link type.
func Run(ctx context.Context, env *graph.Environment, g graph.Reader, emit func(*graph.Edge)) ([]enrich.Finding, error) {
	known := map[graph.ID]graph.VertexType{}
	for v, err := range g.Vertices(ctx) {
		if err != nil {
			return nil, fmt.Errorf("link: %w", err)
		}
		known[v.ID] = v.Type
	}
	var missing []enrich.Finding
	seen := map[graph.EdgeKey]bool{}
	for _, f := range Finders {
		from, to, _ := f.Type.Ends()
		err := f.Find(ctx, env, g, func(e *graph.Edge) {
			switch {
			case seen[e.EdgeKey]:
			case known[e.From] != from:
				missing = append(missing, absent(e, e.To, e.From, from))
			case known[e.To] != to:
				missing = append(missing, absent(e, e.From, e.To, to))
			default:
				emit(e)
			}
			seen[e.EdgeKey] = true
		})
		if err != nil {
			return missing, fmt.Errorf("link: %s: %w", f.Type, err)
		}
	}
	return missing, nil
}

// absent says that a link of an object leads to nothing we know.
func absent(e *graph.Edge, at, end graph.ID, t graph.VertexType) enrich.Finding {
	return enrich.Finding{
		Level: enrich.Warn, Object: at,
		Text: fmt.Sprintf("no %s link: the inventory has no %s %q", e.Type, t, end),
	}
}
