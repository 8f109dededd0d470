package badger

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	engine "github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/ristretto/v2/z"
	"golang.org/x/sync/errgroup"

	"calipso/graph/kv"
)

// verify reads every table of a directory and compares checksums. The engine
// itself compares them too, but its iterators take a damaged block for the end
// of the table, and reads would go on without what is behind it; and it takes
// the process down over a table whose index is damaged.
//
// Errors: kv.ErrDamaged, naming the file.
func verify(dir string, opt engine.Options) error {
	name := filepath.Join(dir, engine.ManifestFilename)
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return lost(dir)
	}
	if err != nil {
		return err
	}
	m, whole, err := engine.ReplayManifestFile(f, opt.ExternalMagicVersion, opt)
	info, serr := f.Stat()
	if serr := errors.Join(serr, f.Close()); serr != nil {
		return serr
	}
	if err != nil {
		return damaged(name, err)
	}
	if whole < info.Size() {
		if err := torn(dir, name, m); err != nil {
			return err
		}
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for id, t := range m.Tables {
		g.Go(func() error { return verifyTable(table.NewFilename(id, dir), t.Compression, opt.BlockSize) })
	}
	return g.Wait()
}

// lost wants no data in a directory that has no list of its files.
func lost(dir string) error {
	tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil || len(tables) == 0 {
		return err
	}
	return damaged(filepath.Join(dir, engine.ManifestFilename), fmt.Errorf("is missing, but %d tables are there", len(tables)))
}

// torn judges a list of tables whose end is no whole entry. A power cut may
// leave that, with the new tables' contents still in the log; if no log is
// there, the end was lost otherwise, and the engine would remove the tables
// that it names.
func torn(dir, name string, m engine.Manifest) error {
	logs, err := filepath.Glob(filepath.Join(dir, "*.mem"))
	if err != nil || len(logs) > 0 {
		return err
	}
	tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil {
		return err
	}
	for _, t := range tables {
		id, ok := table.ParseFileID(t)
		if _, listed := m.Tables[id]; ok && !listed {
			return damaged(name, fmt.Errorf("ends within an entry, and %s is in none", filepath.Base(t)))
		}
	}
	return nil
}

// verifyTable reads one table through.
func verifyTable(name string, compression options.CompressionType, blockSize int) (err error) {
	f, err := z.OpenMmapFile(name, os.O_RDONLY, 0)
	if err != nil {
		return damaged(name, err)
	}
	defer func() {
		if p := recover(); p != nil { // the engine's way to say that an index makes no sense
			text, _, _ := strings.Cut(fmt.Sprint(p), "\n")
			err = damaged(name, errors.Join(errors.New(text), f.Close(-1)))
		}
	}()
	t, err := table.OpenTable(f, table.Options{ReadOnly: true, ChkMode: options.NoVerification, Compression: compression, BlockSize: blockSize})
	if err != nil {
		return damaged(name, err) // the file is closed
	}
	err = t.VerifyChecksum()
	if cerr := t.Close(-1); err == nil && cerr != nil {
		return cerr
	}
	if err != nil {
		return damaged(name, err)
	}
	return nil
}

func damaged(file string, why error) error {
	return fmt.Errorf("%s %w: %w", file, kv.ErrDamaged, why)
}
