// Package ui holds the web UI: plain pages, styles and modules under static,
// embedded in the binary. They load nothing from elsewhere and run under a
// policy that forbids inline script and style.
package ui

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"mime"
	"os"
	"path"
	"slices"
	"strings"
)

//go:embed static
var embedded embed.FS

// File is one file of the UI, ready to be served.
type File struct {
	Type string // media type
	ETag string
	Body []byte
}

// Files are the files of the UI by path ("index.html", "js/main.js").
type Files struct {
	byPath map[string]File
}

// types are spelled out, since what the system's table says differs from
// machine to machine.
var types = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".png":  "image/png",
}

// Load reads the UI from a folder, or from the binary if dir is empty.
func Load(dir string) (*Files, error) {
	root, err := fs.Sub(embedded, "static")
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	if dir != "" {
		root = os.DirFS(dir)
	}
	f := &Files{byPath: map[string]File{}}
	err = fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		t := types[path.Ext(name)]
		if t == "" {
			t = mime.TypeByExtension(path.Ext(name))
		}
		f.byPath[name] = File{Type: t, ETag: `"` + hex.EncodeToString(sum[:8]) + `"`, Body: body}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	if _, ok := f.byPath["index.html"]; !ok {
		return nil, fmt.Errorf("ui: %s has no index.html", dir)
	}
	return f, nil
}

// Get is the file at a path; ok is false if there is none.
func (f *Files) Get(name string) (file File, ok bool) {
	file, ok = f.byPath[name]
	return file, ok
}

// Paths lists all files in order.
func (f *Files) Paths() []string {
	return slices.Sorted(maps.Keys(f.byPath))
}

// Page is index.html with the version of the server in it, and what the button
// says that signs in by another server; "": there is none.
func (f *Files) Page(version, signIn string) []byte {
	fill := strings.NewReplacer("{{version}}", escape.Replace(version), "{{sign-in}}", escape.Replace(signIn))
	return []byte(fill.Replace(string(f.byPath["index.html"].Body)))
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
