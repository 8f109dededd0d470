package drawing

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/csv"
	"io"
	"iter"

	"calipso/graph"
	"calipso/query/paper"
)

// csv writes a zip archive of two tables. A first pass over everything finds
// the attributes, which are the columns.
func (d *Drawing) csv(ctx context.Context, w *bufio.Writer) error {
	nodes, edges, err := d.allColumns(ctx)
	if err != nil {
		return err
	}
	var newest graph.Time
	for _, p := range d.Parts {
		newest = max(newest, p.View.Time())
	}
	archive := zip.NewWriter(w)
	for _, f := range []struct {
		name     string
		ids      []string
		columns  []column
		elements iter.Seq2[*element, error]
	}{
		{NodesFile, []string{idField}, nodes, d.nodes(ctx)},
		{EdgesFile, []string{idField, fromField, toField}, edges, d.edges(ctx)},
	} {
		file, err := archive.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: newest.Std().UTC()})
		if err != nil {
			return err
		}
		if err := writeTable(file, f.ids, f.columns, f.elements); err != nil {
			return err
		}
	}
	return archive.Close()
}

// writeTable writes elements, one a line: their ids first.
func writeTable(w io.Writer, ids []string, columns []column, elements iter.Seq2[*element, error]) error {
	out := csv.NewWriter(w)
	line := append([]string(nil), ids...)
	for _, c := range columns {
		line = append(line, c.name)
	}
	if err := out.Write(harmless(line)); err != nil {
		return err
	}
	var row []string
	for e, err := range elements {
		if err != nil {
			return err
		}
		if row, err = cells(columns, e, row); err != nil {
			return err
		}
		line = append(append(line[:0], []string{e.key, e.from, e.to}[:len(ids)]...), row...)
		if err := out.Write(harmless(line)); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// harmless makes all cells of a line safe for spreadsheets.
func harmless(line []string) []string {
	for i := range line {
		line[i] = paper.Harmless(line[i])
	}
	return line
}
