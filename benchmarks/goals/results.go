package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// results are the rows kept for a commit, so that a table can be filled in
// several runs.
type results struct {
	path string // without extension
	rows []*Row
}

func openResults(dir, commit string) (*results, error) {
	k := &results{path: filepath.Join(dir, commit+"-goals")}
	var err error
	k.rows, err = readRows(k.path + ".json")
	return k, err
}

// readRows reads lines of JSON; no file holds none.
func readRows(path string) ([]*Row, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var rows []*Row
	for line := range bytes.Lines(b) {
		r := new(Row)
		if err := json.Unmarshal(line, r); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// replace puts the rows of one group and size in the place of those kept, and
// writes both files.
func (k *results) replace(size, group string, rows []*Row) error {
	k.rows = slices.DeleteFunc(k.rows, func(r *Row) bool { return r.Size == size && r.Group == group })
	k.rows = append(k.rows, rows...)
	order := map[string]int{}
	for i, g := range groups() {
		order[g.name] = i
	}
	slices.SortStableFunc(k.rows, func(a, b *Row) int {
		if c := slices.Index(sizeNames, a.Size) - slices.Index(sizeNames, b.Size); c != 0 {
			return c
		}
		return order[a.Group] - order[b.Group]
	})
	var lines bytes.Buffer
	enc := json.NewEncoder(&lines)
	enc.SetEscapeHTML(false)
	for _, r := range k.rows {
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(filepath.Dir(k.path), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(k.path+".json", lines.Bytes(), 0o644); err != nil {
		return err
	}
	return os.WriteFile(k.path+".txt", table(k.rows), 0o644)
}

// newest is the file of goals written last in a directory.
func newest(dir string) (string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*-goals.json"))
	if err != nil {
		return "", err
	}
	best, bestInfo := "", fs.FileInfo(nil)
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			return "", err
		}
		if bestInfo == nil || info.ModTime().After(bestInfo.ModTime()) {
			best, bestInfo = f, info
		}
	}
	if best == "" {
		return "", fmt.Errorf("%s holds no results of goals; measure some first", dir)
	}
	return strings.TrimSuffix(best, ".json"), nil
}
