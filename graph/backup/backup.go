package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"time"

	"calipso/graph"
	"calipso/graph/kv"
)

// Contents are what a backup is made of.
type Contents struct {
	Store *graph.Store
	// Files are kept beside the store, by name.
	Files map[string][]byte
	// Key seals the store's secrets; nil: it stays out of the file.
	Key []byte
	// Program is the version to name in the header.
	Program string
}

// Write writes a backup of this moment, while the store goes on.
//
// Errors: that of ctx, of the store, of the writer. What was written then is no
// backup: it has no end mark.
func Write(ctx context.Context, to io.Writer, c Contents) error {
	next, stop := iter.Pull2(c.Store.Pairs(ctx))
	defer stop()
	pair, err, more := next() // fixes the moment
	if err != nil {
		return err
	}
	w, err := NewWriter(to, Header{Program: c.Program, Time: time.Now().UTC(), KeyID: c.Store.KeyID(), WithKey: c.Key != nil})
	if err != nil {
		return err
	}
	if c.Key != nil {
		if err := w.Add(Record{Kind: Key, Value: c.Key}); err != nil {
			return err
		}
	}
	for _, name := range sorted(c.Files) {
		if err := w.Add(Record{Kind: File, Name: []byte(name), Value: c.Files[name]}); err != nil {
			return err
		}
	}
	for ; more; pair, err, more = next() {
		if err != nil {
			return err
		}
		if err := w.Add(Record{Kind: Pair, Name: pair.Key, Value: pair.Value}); err != nil {
			return err
		}
	}
	return w.Close()
}

func sorted(files map[string][]byte) []string {
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Verify reads a backup to its end and tells what it is of.
//
// Errors: those of Reader.
func Verify(from io.Reader) (h Header, records int64, err error) {
	r, err := NewReader(from)
	if err != nil {
		return h, 0, err
	}
	defer r.Close()
	for {
		switch _, err := r.Next(); {
		case errors.Is(err, io.EOF):
			return r.Header, r.Records(), nil
		case err != nil:
			return h, r.Records(), err
		}
	}
}

// Extras are what a backup holds beside the store's pairs.
type Extras struct {
	Key   []byte // nil: not in the file
	Files map[string][]byte
}

// Load reads the rest of a backup: the pairs go into an empty database. After
// an error any part of them may be there, and nothing of it is to be used. size
// is about how many bytes the pairs have, 0 if that is not known.
//
// Errors: those of Reader and of the database.
func Load(ctx context.Context, r *Reader, db kv.DB, size int64) (*Extras, error) {
	x := &Extras{Files: map[string][]byte{}}
	err := db.Load(ctx, size, func(yield func(kv.Pair, error) bool) {
		for {
			rec, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			switch {
			case err != nil:
			case rec.Kind == Key:
				x.Key = slices.Clone(rec.Value)
				continue
			case rec.Kind == File:
				x.Files[string(rec.Name)] = slices.Clone(rec.Value)
				continue
			}
			if !yield(kv.Pair{Key: rec.Name, Value: rec.Value}, err) || err != nil {
				return
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("backup: restore: %w", err)
	}
	return x, db.Sync(ctx)
}
