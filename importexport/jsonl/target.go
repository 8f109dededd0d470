package jsonl

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/importexport"
)

// Target writes a folder.
type Target struct{ dir string }

var _ importexport.Target = (*Target)(nil)

// Create makes the folder if there is none.
func Create(dir string) (*Target, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("jsonl: %w", err)
	}
	return &Target{dir: dir}, nil
}

// Create implements importexport.Target: the file appears under its name when
// it is committed.
func (t *Target) Create(_ context.Context, collection string) (importexport.Collection, error) {
	path := filepath.Join(t.dir, collection+suffix)
	f, err := os.CreateTemp(t.dir, "."+collection+"-*")
	if err != nil {
		return nil, fmt.Errorf("jsonl: %w", err)
	}
	return &file{path: path, f: f, w: bufio.NewWriterSize(f, 1<<20)}, nil
}

// file is one collection being written.
type file struct {
	path string
	f    *os.File
	w    *bufio.Writer
	done bool
}

// Write implements importexport.Collection.
func (c *file) Write(_ context.Context, d bson.D) error {
	line, err := bson.MarshalExtJSON(d, false, false)
	if err != nil {
		return fmt.Errorf("jsonl: %s: %w", filepath.Base(c.path), err)
	}
	if _, err := c.w.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("jsonl: %w", err)
	}
	return nil
}

// Commit implements importexport.Collection.
func (c *file) Commit() error {
	c.done = true
	err := errors.Join(c.w.Flush(), c.f.Chmod(0o644), c.f.Sync(), c.f.Close())
	if err == nil {
		err = os.Rename(c.f.Name(), c.path)
	}
	if err != nil {
		return fmt.Errorf("jsonl: %w", errors.Join(err, os.Remove(c.f.Name())))
	}
	return nil
}

// Discard implements importexport.Collection.
func (c *file) Discard() {
	if c.done {
		return
	}
	c.done = true
	// Nothing was promised, so a file that cannot be removed is only litter.
	_ = c.f.Close()
	_ = os.Remove(c.f.Name())
}
