package jsonl

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/importexport"
)

// suffix is the ending of the files; mongoexport's own default is read too.
const suffix = ".jsonl"

var suffixes = []string{suffix, ".json"}

// Source reads a folder.
type Source struct {
	dir   string
	files map[string]string // by collection
}

var _ importexport.Source = (*Source)(nil)

// Open looks at the folder. It reads no file yet.
//
// Errors: the folder cannot be read; it has no .jsonl or .json file.
func Open(dir string) (*Source, error) {
	s := &Source{dir: dir, files: map[string]string{}}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("jsonl: %w", err)
	}
	for _, e := range entries {
		for _, ending := range suffixes {
			name, ok := strings.CutSuffix(e.Name(), ending)
			if _, twice := s.files[name]; !ok || e.IsDir() || name == "" || strings.HasPrefix(name, ".") || twice && ending != suffix {
				continue
			}
			s.files[name] = e.Name()
		}
	}
	if len(s.files) == 0 {
		return nil, fmt.Errorf("jsonl: folder %s has no file <collection>%s: %w", dir, suffix, fs.ErrNotExist)
	}
	return s, nil
}

// Collections implements importexport.Source.
func (s *Source) Collections(context.Context) ([]string, error) {
	names := make([]string, 0, len(s.files))
	for n := range s.files {
		names = append(names, n)
	}
	slices.Sort(names)
	return names, nil
}

// Size implements importexport.Source: the size of all files.
func (s *Source) Size(context.Context) (int64, error) {
	var sum int64
	for _, name := range s.files {
		info, err := os.Stat(filepath.Join(s.dir, name))
		if err != nil {
			return 0, fmt.Errorf("jsonl: %w", err)
		}
		sum += info.Size()
	}
	return sum, nil
}

// Documents implements importexport.Source. Lines are parsed by several
// goroutines, which have ended when the iteration does; documents come in the
// order of the file.
//
// Errors: a line that is no document, with file and line; a collection that has
// no file gives nothing.
func (s *Source) Documents(ctx context.Context, collection string) iter.Seq2[importexport.Doc, error] {
	name, ok := s.files[collection]
	if !ok {
		return func(func(importexport.Doc, error) bool) {}
	}
	return documents(ctx, filepath.Join(s.dir, name), name)
}

// parseLine reads one document. Nearly all lines hold only what the parser
// knows, which takes a fraction of the time; a plain reader takes most of the
// others, and the driver the rest, and says what is wrong.
func parseLine(p *importexport.Parser, line []byte, at string) (importexport.Doc, error) {
	if d, ok := p.Parse(line, at); ok {
		return d, nil
	}
	if d, ok := parsePlain(line, at); ok {
		return d, nil
	}
	var d bson.D
	if err := bson.UnmarshalExtJSON(line, false, &d); err != nil {
		return importexport.Doc{}, fmt.Errorf("jsonl: %s: %w", at, err)
	}
	return importexport.Decode(d, at, len(line)+1), nil
}

// parsePlain reads a document whose wrappers are the usual ones; ok is false
// for any other line.
func parsePlain(line []byte, at string) (d importexport.Doc, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	var m map[string]any
	if err := dec.Decode(&m); err != nil || m == nil || dec.InputOffset() != int64(len(line)) {
		return d, false
	}
	return importexport.DecodeJSON(m, at, len(line)+1)
}
