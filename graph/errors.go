package graph

import (
	"errors"
	"fmt"
	"strings"
)

// What callers ask of an error with errors.Is. Every error returned by this
// package names the thing it is about and wraps one of these where it applies.
var (
	// ErrNotFound: no such environment, vertex, edge or document at that time.
	ErrNotFound = errors.New("not found")
	// ErrConflict: the write contradicts what is stored.
	ErrConflict = errors.New("conflict")
	// ErrCorrupt: stored bytes do not decode, or contradict each other.
	ErrCorrupt = errors.New("corrupt")
	// ErrDangling: an edge names an end that does not exist.
	ErrDangling = errors.New("dangling edge")
	// ErrLocked: another process holds the data directory.
	ErrLocked = errors.New("data directory is in use by another process")
	// ErrFull: there is no room left on the disk; nothing was written.
	ErrFull = errors.New("disk is full")
	// ErrRetired: the time asked for is older than what retention kept.
	ErrRetired = errors.New("time is older than what is retained")
)

// FieldError says which field of a document is wrong and what would be right.
type FieldError struct {
	Field  string // path of the field: "configuration[1].port"
	Reason string // what is wrong and what would be right
}

func (e FieldError) Error() string { return e.Field + ": " + e.Reason }

// InvalidError lists every complaint about one document at once.
type InvalidError struct {
	What   string // the document: "environment \"lab\""
	Fields []FieldError
}

func (e *InvalidError) Error() string {
	parts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		parts[i] = f.Error()
	}
	return fmt.Sprintf("%s is not valid: %s", e.What, strings.Join(parts, "; "))
}
