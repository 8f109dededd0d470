package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"calipso/importexport/drawing"
	"calipso/webapi"
)

// exported is what --json prints.
type exported struct {
	Target      string `json:"target"`
	Format      string `json:"format"`
	Environment string `json:"environment,omitempty"` // none: all
}

// export writes beside the target and renames at the end, so that a target that
// is there is complete.
func (g *global) export(ctx context.Context, c *client, target string, f webapi.ExportFormat, o exportOptions) error {
	put := saveFile
	switch {
	case target == "-":
		put = nil
	case f.Name == webapi.MongoFormat:
		put = saveFolder(unpack)
	case f.Name == string(drawing.CSV) && filepath.Ext(target) != f.Suffix:
		put = saveFolder(unzip)
	}
	resp, err := c.do(ctx, "GET", o.query(f), "", nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	show := newTransferProgress(g.err, "exporting", 0)
	from := show.reader(resp.Body)
	if put == nil {
		_, err = io.Copy(g.out, from)
	} else {
		err = put(from, target)
	}
	show.end()
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the export broke off; the server's log says why")
	case err != nil || put == nil:
		return err
	}
	if g.json {
		return g.printJSON(exported{target, f.Name, o.env})
	}
	what := "environment " + o.env + " is"
	if o.env == "" {
		what = "all environments are"
	}
	_, err = fmt.Fprintf(g.out, "%s in %s\n", what, target)
	return err
}

// saveFile writes a file that appears when it is complete.
func saveFile(from io.Reader, path string) (err error) {
	part := path + ".part"
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(part))
		}
	}()
	_, err = io.Copy(f, from)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// saveFolder makes a folder of an archive, which fill puts into it.
func saveFolder(fill func(from io.Reader, dir string) error) func(io.Reader, string) error {
	return func(from io.Reader, dir string) (err error) {
		if files, err := os.ReadDir(dir); err == nil && len(files) > 0 {
			return fmt.Errorf("%s is not empty; name a new folder", dir)
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		part := filepath.Clean(dir) + ".part"
		if err := os.MkdirAll(part, 0o700); err != nil {
			return err
		}
		defer func() {
			if err != nil {
				err = errors.Join(err, os.RemoveAll(part))
			}
		}()
		if err := fill(from, part); err != nil {
			return err
		}
		if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return os.Rename(part, dir)
	}
}

// unzip writes the tables of a zip archive into a folder. Its directory comes
// last, so the archive is put there first.
func unzip(from io.Reader, dir string) error {
	packed := filepath.Join(dir, "archive")
	if err := saveFile(from, packed); err != nil {
		return err
	}
	archive, err := zip.OpenReader(packed)
	if err != nil {
		return err
	}
	defer archive.Close()
	for _, name := range []string{drawing.NodesFile, drawing.EdgesFile} {
		table, err := archive.Open(name)
		if err != nil {
			return err
		}
		err = saveFile(table, filepath.Join(dir, name))
		if err := errors.Join(err, table.Close()); err != nil {
			return err
		}
	}
	return os.Remove(packed)
}
