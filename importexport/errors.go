package importexport

import (
	"errors"
	"io/fs"

	"calipso/graph"
)

// SourceError is an error of the source: what it holds cannot be read.
type SourceError struct{ Err error }

func (e *SourceError) Error() string { return e.Err.Error() }

func (e *SourceError) Unwrap() error { return e.Err }

// SourceFault tells whether an import failed for what its source holds: then
// the same source fails again. Otherwise the store, the disk or whoever gave up
// is to blame.
func SourceFault(err error) bool {
	var (
		source  *SourceError
		invalid *graph.InvalidError
		file    *fs.PathError
	)
	switch {
	case errors.As(err, &file): // a disk that does not read
		return false
	case errors.As(err, &source), errors.As(err, &invalid):
		return true
	}
	for _, fault := range []error{graph.ErrConflict, graph.ErrDangling, graph.ErrNotFound} {
		if errors.Is(err, fault) {
			return true
		}
	}
	return false
}
