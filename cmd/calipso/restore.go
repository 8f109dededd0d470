package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"calipso/graph"
	"calipso/graph/backup"
	"calipso/graph/kv/badger"
)

func restoreCommand(g *global) *cobra.Command {
	var key string
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Fill an empty data directory from a backup",
		Long: `Fill an empty data directory from a backup. FILE is one that "backup" wrote, "-"
the input. Nothing of it is visible before all of it was found to be whole; after
an error the data directory is as empty as before. The search index is made anew
when the server starts.

If the backup was made without --with-key, --key names the secret.key of the data
directory that it is of: without that file the passwords in it cannot be read.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.restore(cmd.Context(), args[0], key)
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "file with the key that opens the passwords (secret.key of the old data directory)")
	return cmd
}

func (g *global) restore(ctx context.Context, path, keyPath string) (err error) {
	if g.server != "" {
		return errors.New("restore fills a data directory (--data-dir), not a running server; leave --server out")
	}
	cfg, err := g.config()
	if err != nil {
		return err
	}
	var key []byte
	if keyPath != "" {
		if key, err = readKey(keyPath); err != nil {
			return err
		}
	}
	source, size, err := g.openBackup(path)
	if err != nil {
		return err
	}
	defer source.Close()
	r := &restoring{dir: cfg.DataDir, key: key, size: unpacked * size}
	show := newTransferProgress(g.err, "restoring", size)
	defer show.end()
	if err := r.run(ctx, show.reader(source)); err != nil {
		return fmt.Errorf("%s: nothing was restored: %w", path, err)
	}
	show.end()
	if g.json {
		return g.printJSON(backupResult{File: path, Header: r.header, Records: r.records, Bytes: size})
	}
	_, err = fmt.Fprintf(g.out, "%s: %d records as of %s, %d environments\n", cfg.DataDir, r.records, r.header.Time.Format(time.RFC3339), r.environments)
	return err
}

func (g *global) openBackup(path string) (source io.ReadCloser, size int64, err error) {
	if path == "-" {
		return io.NopCloser(g.in), 0, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return f, info.Size(), nil
}

func readKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--key: %w", err)
	}
	if len(key) != graph.KeyBytes {
		return nil, fmt.Errorf("--key: %s has %d bytes instead of %d; it is no secret.key", path, len(key), graph.KeyBytes)
	}
	return key, nil
}

// A restore builds everything in a folder inside the data directory, which may
// be a mount point. Once that is whole it is marked complete, and what is in it
// moves to its place; a restore that was cut in these moves is finished by
// whoever opens the data directory next.
const (
	restoreDir      = "restoring"
	restoreComplete = "complete"
)

// unpacked is about how many bytes a byte of a backup stands for.
const unpacked = 4

// restoring is one restore.
type restoring struct {
	dir string
	key []byte // given; nil: that of the file
	// size is about how many bytes there are, 0 if that is not known.
	size int64

	header       backup.Header
	records      int64
	environments int
}

func (r *restoring) run(ctx context.Context, source io.Reader) (err error) {
	b, err := backup.NewReader(source)
	if err != nil {
		return err
	}
	defer b.Close()
	r.header = b.Header
	if err := r.checkKey(); err != nil {
		return err
	}
	if err := r.checkEmpty(); err != nil {
		return err
	}
	work := filepath.Join(r.dir, restoreDir)
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return err
	}
	if err := os.Mkdir(work, 0o700); err != nil {
		return err
	}
	if err := r.build(ctx, b, work); err != nil {
		return errors.Join(err, os.RemoveAll(work))
	}
	if err := writeFile(filepath.Join(work, restoreComplete), nil); err != nil {
		return errors.Join(err, os.RemoveAll(work))
	}
	if err := syncDir(work); err != nil {
		return err
	}
	return finishRestore(r.dir)
}

// checkKey wants the key before the work begins.
func (r *restoring) checkKey() error {
	if r.key == nil {
		if r.header.WithKey {
			return nil
		}
		return fmt.Errorf("the file holds no key; give --key with the secret.key of the data directory that it is of (key %s)", r.header.KeyID)
	}
	id, err := graph.KeyID(r.key)
	if err == nil && id != r.header.KeyID {
		err = fmt.Errorf("the passwords in it are sealed with key %s, and --key gives %s", r.header.KeyID, id)
	}
	return err
}

func (r *restoring) checkEmpty() error {
	entries, err := os.ReadDir(r.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch e.Name() {
		case "lost+found":
		case restoreDir:
			return cutRestore(r.dir)
		default:
			return fmt.Errorf("the data directory %s is not empty (%s is there); name an empty one with --data-dir, or move what is there away", r.dir, e.Name())
		}
	}
	return nil
}

// build makes what a data directory holds in another folder.
func (r *restoring) build(ctx context.Context, b *backup.Reader, work string) error {
	db, err := badger.Open(filepath.Join(work, graphDir), badger.Options{AloneBytes: -1})
	if err != nil {
		return err
	}
	x, err := backup.Load(ctx, b, db, r.size)
	if err != nil {
		return errors.Join(err, db.Close())
	}
	r.records = b.Records()
	if r.key == nil {
		r.key = x.Key
	}
	s, err := graph.Open(ctx, db, graph.Options{Key: r.key})
	if err != nil {
		return errors.Join(err, db.Close())
	}
	envs, err := s.EnvIDs(ctx)
	r.environments = len(envs)
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(work, stateDir), 0o700); err != nil {
		return err
	}
	for name, text := range x.Files {
		if name != filepath.Base(name) || strings.ContainsAny(name, `/\`) || strings.HasPrefix(name, ".") {
			return fmt.Errorf("the backup holds a file %q, which has no place here", name)
		}
		if err := writeFile(filepath.Join(work, stateDir, name), text); err != nil {
			return err
		}
	}
	return writeFile(filepath.Join(work, keyFile), r.key)
}

func writeFile(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// finishRestore moves what a restore has built to its place, as far as that is
// not done. Without a restore it does nothing.
//
// Errors: a restore that was cut before it was complete.
func finishRestore(dir string) error {
	work := filepath.Join(dir, restoreDir)
	if _, err := os.Stat(work); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(work, restoreComplete)); errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(dir, graphDir)); err == nil && os.Remove(work) == nil {
			return nil // it was empty: all but its own removal was done
		}
		return cutRestore(dir)
	} else if err != nil {
		return err
	}
	for _, name := range []string{stateDir, keyFile, graphDir} {
		err := os.Rename(filepath.Join(work, name), filepath.Join(dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := syncDir(dir); err != nil {
		return err
	}
	return os.RemoveAll(work)
}

func cutRestore(dir string) error {
	return fmt.Errorf("%s is being filled by a restore, or one was cut short: remove it and restore again", filepath.Join(dir, restoreDir))
}
