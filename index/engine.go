package index

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	bolt "go.etcd.io/bbolt/errors"

	"calipso/graph"
)

// lockWait is how long opening waits for another process to let go.
const lockWait = "1s"

var formKey = []byte("calipso/form")

// engine is one Bleve index in a directory.
type engine struct {
	path    string
	db      bleve.Index
	columns columns
}

// CreateBleve makes an empty Bleve index as an Index has it, in a directory that
// does not exist yet: for measuring what Bleve takes by itself for the Documents
// of the same objects.
func CreateBleve(path string) (bleve.Index, error) {
	// Documents bring their own terms, so the mapping says nothing.
	m := bleve.NewIndexMapping()
	m.DefaultMapping = bleve.NewDocumentStaticMapping()
	return bleve.NewUsing(path, mapping.IndexMapping(m), scorch.Name, scorch.Name, settings())
}

// settings keep segments few: each costs every search its share.
func settings() map[string]any {
	return map[string]any{"bolt_timeout": lockWait, "scorchMergePlanOptions": map[string]any{"MaxSegmentsPerTier": 3}}
}

// fewSegments is what an index that was filled is brought down to.
const fewSegments = 2

// tidy merges the segments of an index if there are many.
func (e *engine) tidy(ctx context.Context) error {
	r, err := e.reader()
	if err != nil {
		return err
	}
	n := len(r.Segments())
	if err := r.Close(); err != nil || n <= fewSegments {
		return err
	}
	low, err := e.db.Advanced()
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	s, ok := low.(*scorch.Scorch)
	if !ok {
		return fmt.Errorf("index: %T cannot be merged", low)
	}
	if err := s.ForceMerge(ctx, nil); err != nil {
		return fmt.Errorf("index: merge: %w", err)
	}
	return nil
}

// createEngine makes an empty index in a directory that does not exist yet.
func createEngine(path string) (*engine, error) {
	e, err := open(path, func() (bleve.Index, error) { return CreateBleve(path) })
	if err != nil {
		return nil, err
	}
	if err := e.db.SetInternal(formKey, []byte(form)); err != nil {
		return nil, errors.Join(fmt.Errorf("index: %w", err), e.close())
	}
	return e, nil
}

// openEngine opens an index after checking its files.
//
// Errors: ErrDamaged, graph.ErrLocked.
func openEngine(path string) (*engine, error) {
	if err := verify(path); err != nil {
		return nil, err
	}
	e, err := open(path, func() (bleve.Index, error) {
		return bleve.OpenUsing(path, settings())
	})
	if err != nil {
		return nil, err
	}
	have, err := e.internal(formKey)
	if err == nil && string(have) != form {
		err = fmt.Errorf("index: form %q instead of %q: %w", have, form, ErrDamaged)
	}
	if err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
}

// open runs Bleve's way of opening; what it answers, or panics with, over bad
// files is damage.
func open(path string, how func() (bleve.Index, error)) (e *engine, err error) {
	defer recoverDamage(&err)
	db, err := how()
	switch {
	case errors.Is(err, bolt.ErrTimeout):
		return nil, fmt.Errorf("index: %q: %w", path, graph.ErrLocked)
	case errors.Is(err, os.ErrPermission), errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EROFS):
		return nil, fmt.Errorf("index: %w", err)
	case err != nil:
		return nil, fmt.Errorf("index: %q: %w: %w", path, ErrDamaged, err)
	}
	return &engine{path: path, db: db}, nil
}

// recoverDamage turns a panic over unreadable bytes, also a fault in mapped
// memory where faults panic, into ErrDamaged.
func recoverDamage(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("index: %w: %v", ErrDamaged, p)
	}
}

// guarded runs f with faults in mapped memory turned into ErrDamaged.
func guarded(f func() error) (err error) {
	before := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(before)
	defer recoverDamage(&err)
	return f()
}

func (e *engine) close() error {
	if err := e.db.Close(); err != nil {
		return fmt.Errorf("index: close: %w", err)
	}
	return nil
}

// reader sees the index as it is now; the caller closes it.
func (e *engine) reader() (*scorch.IndexSnapshot, error) {
	low, err := e.db.Advanced()
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	r, err := low.Reader()
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	s, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil, errors.Join(fmt.Errorf("index: %T is no snapshot of segments", r), r.Close())
	}
	return s, nil
}

func (e *engine) internal(key []byte) ([]byte, error) {
	v, err := e.db.GetInternal(key)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	return v, nil
}

func positionKey(env graph.EnvID) []byte { return []byte("calipso/position/" + string(env)) }

// position is the last commit of an environment that the index holds, 0: none.
func (e *engine) position(env graph.EnvID) (graph.Time, error) {
	b, err := e.internal(positionKey(env))
	if err != nil || len(b) != 8 {
		return 0, err
	}
	return graph.Time(binary.BigEndian.Uint64(b)), nil
}

func positionBytes(t graph.Time) []byte { return binary.BigEndian.AppendUint64(nil, uint64(t)) }

// remove deletes an engine's directory.
func remove(path string) error {
	if err := os.RemoveAll(filepath.Clean(path)); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return nil
}
