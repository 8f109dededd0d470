package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
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

// latest are the rows of all results in a directory, each from its last run: a
// run need not measure everything.
func latest(dir string) ([]*Row, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*-goals.json"))
	if err != nil {
		return nil, err
	}
	last := map[[3]string]*Row{}
	for _, f := range files {
		rows, err := readRows(f)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			key := [3]string{r.Size, r.Group, r.Name}
			if have := last[key]; have == nil || r.Date.After(have.Date) {
				last[key] = r
			}
		}
	}
	if len(last) == 0 {
		return nil, fmt.Errorf("%s holds no results of goals; measure some first", dir)
	}
	return slices.Collect(maps.Values(last)), nil
}
