package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"calipso/graph"
	"calipso/graph/backup"
)

func backupCommand(g *global) *cobra.Command {
	var withKey bool
	cmd := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write everything into one file, while the server goes on",
		Long: `Write everything into one file, as it is at one moment, while the server goes on:
environments with their history, snapshots, scans, accounts. The search index is
not in it; it is made anew. FILE is there when it is complete; "-" is the output.

The passwords in it are sealed. The key that opens them, secret.key in the data
directory, is not in the file: keep a copy elsewhere, "restore" asks for it.
--with-key puts it in; then whoever has the file can read every password.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.backup(cmd.Context(), args[0], withKey)
		},
	}
	cmd.Flags().BoolVar(&withKey, "with-key", false, "put the key that opens the passwords into the file")
	return cmd
}

// backupResult is what --json prints.
type backupResult struct {
	File    string        `json:"file"`
	Header  backup.Header `json:"header"`
	Records int64         `json:"records"`
	Bytes   int64         `json:"bytes"`
}

func (g *global) backup(ctx context.Context, path string, withKey bool) error {
	if g.server == "" {
		cfg, err := g.config()
		if err != nil {
			return err
		}
		if _, err := os.Stat(filepath.Join(cfg.DataDir, graphDir)); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s holds nothing to back up; name the data directory with --data-dir", cfg.DataDir)
		}
	}
	var r *backupResult
	err := g.withBackup(ctx, withKey, func(source io.Reader) (err error) {
		r, err = g.saveBackup(path, source)
		return err
	})
	if err != nil {
		return err
	}
	if withKey {
		fmt.Fprintln(g.err, "warning: the key is in the file: whoever has it can read every password; keep it as you keep passwords")
	}
	if path == "-" {
		return nil
	}
	if g.json {
		return g.printJSON(r)
	}
	fmt.Fprintf(g.out, "%s: %d records as of %s, %.1f MiB\n", path, r.Records, r.Header.Time.Format(time.RFC3339), float64(r.Bytes)/(1<<20))
	if !withKey {
		fmt.Fprintf(g.out, "to restore it, secret.key of the data directory is needed (key %s): keep a copy of that file elsewhere\n", r.Header.KeyID)
	}
	return nil
}

// withBackup hands a backup to f as it is made: by a running server, or of a
// data directory that nobody holds.
func (g *global) withBackup(ctx context.Context, withKey bool, f func(io.Reader) error) error {
	remote := func(ctx context.Context, c *client) error {
		resp, err := c.do(ctx, "GET", fmt.Sprintf("/api/v1/backup?with_key=%t", withKey), "", nil)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		return f(resp.Body)
	}
	if g.server != "" {
		return g.withClient(ctx, remote)
	}
	cfg, err := g.config()
	if err != nil {
		return err
	}
	a := &app{cfg: cfg, log: g.logger(cfg.Log, true)}
	if err := a.openStore(ctx, nobodyElse); errors.Is(err, graph.ErrLocked) {
		return g.withClient(ctx, remote)
	} else if err != nil {
		return errors.Join(err, a.close())
	}
	r, w := io.Pipe()
	made := make(chan struct{})
	go func() {
		defer close(made)
		w.CloseWithError(a.backup(ctx, w, withKey))
	}()
	err = f(r)
	r.CloseWithError(context.Canceled) // if f gave up early
	<-made
	return errors.Join(err, a.close())
}

// saveBackup writes a backup under its name once all of it has come and was
// found to be whole.
func (g *global) saveBackup(path string, source io.Reader) (r *backupResult, err error) {
	show := newTransferProgress(g.err, "backup", 0)
	defer show.end()
	source = show.reader(source)
	r = &backupResult{File: path}
	if path == "-" {
		r.Header, r.Records, err = backup.Verify(io.TeeReader(source, g.out))
		return r, err
	}
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(part))
		}
	}()
	r.Header, r.Records, err = backup.Verify(io.TeeReader(source, f))
	if info, serr := f.Stat(); serr == nil {
		r.Bytes = info.Size()
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Rename(part, path); err != nil {
		return nil, err
	}
	return r, syncDir(filepath.Dir(path))
}

// syncDir makes durable which names a folder holds.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// backup writes a backup of the data directory.
func (a *app) backup(ctx context.Context, to io.Writer, withKey bool) error {
	c := backup.Contents{Store: a.store, Files: map[string][]byte{}, Program: version}
	state := filepath.Join(a.cfg.DataDir, stateDir)
	entries, err := os.ReadDir(state)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() {
			continue
		}
		if c.Files[e.Name()], err = os.ReadFile(filepath.Join(state, e.Name())); err != nil {
			return err
		}
	}
	if withKey {
		if c.Key, err = os.ReadFile(filepath.Join(a.cfg.DataDir, keyFile)); err != nil {
			return err
		}
	}
	return backup.Write(ctx, to, c)
}
