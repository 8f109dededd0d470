package main

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/importexport"
	"calipso/importexport/drawing"
	"calipso/importexport/jsonl"
	"calipso/index"
	"calipso/webapi"
	"calipso/webapi/auth"
)

// transfer imports and exports archives by way of a temporary folder: an import
// reads its source more than once.
type transfer struct {
	store    *graph.Store
	index    *index.Index
	accounts *auth.Accounts
}

var _ webapi.Transfer = transfer{}

// importReport is what an import did, for the API.
type importReport struct {
	Environments []graph.EnvID    `json:"environments"`
	Added        int64            `json:"added"`
	Changed      int64            `json:"changed"`
	Removed      int64            `json:"removed"`
	Records      map[string]int64 `json:"records"` // taken, by collection
	Warnings     []string         `json:"warnings,omitempty"`
	Notes        []string         `json:"notes,omitempty"` // what was mapped or skipped, and why
}

func (t transfer) Import(ctx context.Context, who string, archive io.Reader, opt webapi.ImportOptions) (any, error) {
	dir, err := os.MkdirTemp("", "calipso-import-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := unpack(archive, dir); err != nil {
		return nil, faultOf("archive", err, !serversOwn(err))
	}
	src, err := jsonl.Open(dir)
	if err != nil {
		return nil, err
	}
	told := importProgress{tell: opt.Progress}
	r, err := importexport.Import(ctx, src, importexport.Of(t.store), importexport.ImportOptions{
		Env: opt.Env, Replace: opt.Replace, Inventory: opt.Inventory, Accounts: adopting(t.accounts, who, opt.Accounts),
		Cause: graph.Cause{Kind: graph.CauseImport, Who: who}, Progress: told.reading,
	})
	if err != nil {
		return nil, faultOf("import", err, importexport.SourceFault(err))
	}
	rep := reportOf(r)
	if opt.Wait {
		err = told.indexing(ctx, t.index)
	}
	return rep, err
}

// faultOf turns an error into one of the client's, if what it sent is to blame.
func faultOf(what string, err error, clients bool) error {
	if !clients {
		return err
	}
	return &graph.InvalidError{What: what, Fields: []graph.FieldError{{Field: "body", Reason: err.Error()}}}
}

// serversOwn tells a fault of our disk from one of the archive.
func serversOwn(err error) bool {
	var file *fs.PathError
	return errors.As(err, &file) && !errors.Is(err, fs.ErrExist)
}

func reportOf(r *importexport.Report) *importReport {
	out := &importReport{
		Environments: r.Environments, Added: r.Added, Changed: r.Changed, Removed: r.Removed,
		Records: r.Records(importexport.Taken), Warnings: r.Warnings,
	}
	for _, t := range r.Tallies() {
		if t.Reason != "" {
			out.Notes = append(out.Notes, t.String())
		}
	}
	return out
}

func (t transfer) Export(ctx context.Context, req webapi.ExportRequest, to io.Writer) error {
	if req.Format != webapi.MongoFormat {
		return t.draw(ctx, req, to)
	}
	dir, err := os.MkdirTemp("", "calipso-export-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	target, err := jsonl.Create(dir)
	if err != nil {
		return err
	}
	opt := importexport.ExportOptions{At: req.At, Among: []graph.EnvID{}}
	for _, p := range req.Parts {
		opt.Among = append(opt.Among, p.Env)
	}
	if _, err := importexport.Export(ctx, importexport.Of(t.store), target, opt); err != nil {
		return err
	}
	return pack(dir, to)
}

// draw writes objects and links for other programs.
func (t transfer) draw(ctx context.Context, req webapi.ExportRequest, to io.Writer) error {
	d := drawing.Drawing{Qualified: req.Qualified}
	for _, p := range req.Parts {
		v, err := t.store.View(ctx, p.Env, p.At)
		if err != nil {
			return err
		}
		d.Parts = append(d.Parts, drawing.Part{View: v, Only: p.Only})
	}
	return d.Write(ctx, to, drawing.Format(req.Format))
}

// pack writes the .jsonl files of a folder as a tar archive.
func pack(dir string, w io.Writer) error {
	files, err := documents(dir)
	if err != nil {
		return err
	}
	tw := tar.NewWriter(w)
	for _, path := range files {
		if err := packFile(tw, path); err != nil {
			return err
		}
	}
	return tw.Close()
}

// documents lists the files of a folder that hold collections.
func documents(dir string) ([]string, error) {
	var out []string
	for _, pattern := range []string{"*.jsonl", "*.json"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, err
		}
		out = append(out, files...)
	}
	slices.Sort(out)
	return out, nil
}

func packFile(tw *tar.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := tw.WriteHeader(&tar.Header{Name: filepath.Base(path), Mode: 0o600, Size: info.Size(), ModTime: info.ModTime()}); err != nil {
		return err
	}
	_, err = io.Copy(tw, f)
	return err
}

// unpack writes the .jsonl files of a tar archive into a folder; files of other
// names, and names with a path, are refused.
func unpack(r io.Reader, dir string) error {
	tr := tar.NewReader(r)
	for n := 0; ; n++ {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) && n > 0 {
			return nil
		}
		if errors.Is(err, io.EOF) {
			return errors.New("holds no file; give a tar archive of <collection>.jsonl files")
		}
		if err != nil {
			return fmt.Errorf("is no tar archive of <collection>.jsonl files: %w", err)
		}
		if h.Typeflag != tar.TypeReg || strings.ContainsAny(h.Name, `/\`) || filepath.Ext(h.Name) != ".jsonl" && filepath.Ext(h.Name) != ".json" {
			return fmt.Errorf("holds %q; only <collection>.jsonl files are taken", h.Name)
		}
		f, err := os.OpenFile(filepath.Join(dir, h.Name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, tr)
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
}
