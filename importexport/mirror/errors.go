package mirror

import "errors"

var (
	// ErrMoved: the state in the MongoDB is not the one that was noted last. It
	// was set back, or another server writes there.
	ErrMoved = errors.New("the MongoDB was changed by somebody else")
	// ErrForeign: the MongoDB holds documents that this server did not write, so
	// nothing is written until Rebuild says that they may go.
	ErrForeign = errors.New("the MongoDB holds documents that this server did not write; to have them replaced: calipso mirror rebuild")
	// ErrDuplicate: a document is in the way of one that shall be written, under
	// another id.
	ErrDuplicate = errors.New("a document of somebody else is in the way")
	// errAnew: what happened since the last time cannot be told from the log.
	errAnew = errors.New("the log does not tell what has changed")
)

// sinkError is an error of the MongoDB, as against one of the store.
type sinkError struct{ error }

func (e *sinkError) Unwrap() error { return e.error }

func ofSink(err error) error {
	if err == nil {
		return nil
	}
	return &sinkError{err}
}
