package graph

import "fmt"

// Record is one thing of a load: exactly one of its members is set.
type Record struct {
	Vertex *Vertex
	Edge   *Edge
	Doc    *Document
}

// String names the thing.
func (r *Record) String() string {
	switch {
	case r.Vertex != nil:
		return fmt.Sprintf("vertex %q", r.Vertex.ID)
	case r.Edge != nil:
		return fmt.Sprintf("edge %q from %q to %q", r.Edge.Type, r.Edge.From, r.Edge.To)
	case r.Doc != nil:
		return fmt.Sprintf("document %q of %s", r.Doc.ID, r.Doc.Collection)
	}
	return "nothing"
}

// rank orders kinds of things as a commit makes them.
func (r *Record) rank() int {
	switch {
	case r.Vertex != nil:
		return 0
	case r.Edge != nil:
		return 1
	}
	return 2
}

// check finds what is wrong with a record by itself.
func (r *Record) check(env EnvID) error {
	switch {
	case r.Vertex == nil && r.Edge == nil && r.Doc == nil:
		return fmt.Errorf("a record holds nothing: %w", ErrConflict)
	case env == Shared && r.Doc == nil:
		return fmt.Errorf("shared documents have no vertices or edges: %w", ErrConflict)
	case r.Vertex != nil:
		return r.Vertex.check()
	case r.Edge != nil:
		return r.Edge.check()
	}
	return r.Doc.check()
}
