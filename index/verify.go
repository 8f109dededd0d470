package index

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"calipso/graph"
)

// verify reads every file of a closed index that its root refers to and
// compares checksums. Bleve does not, and its workers, which start on opening,
// would take the process down over a bad file.
//
// Errors: ErrDamaged, graph.ErrLocked, or that of the operating system.
func verify(path string) error {
	return guarded(func() error {
		store := filepath.Join(path, "store")
		names, err := segments(filepath.Join(store, "root.bolt"))
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := verifySegment(filepath.Join(store, name)); err != nil {
				return err
			}
		}
		return nil
	})
}

// segments lists the segment files that a root file names. Files that a crash
// left unfinished are named nowhere and removed by Bleve.
func segments(root string) ([]string, error) {
	if _, err := os.Stat(root); err != nil {
		return nil, fmt.Errorf("index: %w: %w", ErrDamaged, err)
	}
	db, err := bolt.Open(root, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("index: %q: %w", root, graph.ErrLocked)
	case errors.Is(err, os.ErrPermission):
		return nil, fmt.Errorf("index: %w", err)
	case err != nil:
		return nil, fmt.Errorf("index: %q: %w: %w", root, ErrDamaged, err)
	}
	defer db.Close()
	var names []string
	var walk func(b *bolt.Bucket) error
	walk = func(b *bolt.Bucket) error {
		return b.ForEach(func(k, v []byte) error {
			if inner := b.Bucket(k); inner != nil {
				return walk(inner)
			}
			if bytes.HasSuffix(v, []byte(".zap")) {
				names = append(names, string(v))
			}
			return nil
		})
	}
	err = db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(_ []byte, b *bolt.Bucket) error { return walk(b) })
	})
	slices.Sort(names)
	return slices.Compact(names), err
}

// verifySegment compares the checksum at the end of a segment file.
func verifySegment(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("index: %w: %w", ErrDamaged, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	sum := crc32.NewIEEE()
	if _, err := io.CopyN(sum, f, max(info.Size()-4, 0)); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	var want [4]byte
	if _, err := io.ReadFull(f, want[:]); err != nil || binary.BigEndian.Uint32(want[:]) != sum.Sum32() {
		return fmt.Errorf("index: %q: checksum differs: %w", path, ErrDamaged)
	}
	return nil
}
