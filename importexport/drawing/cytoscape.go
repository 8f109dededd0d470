package drawing

import (
	"bufio"
	"context"
	"fmt"
	"iter"
)

// cytoscape writes the JSON that Cytoscape and cytoscape.js read, one element a
// line: data with the id of a node, or of a link and its ends, and attributes as
// they are. value of nodes, key of edges and directed are what networkx reads.
func (d *Drawing) cytoscape(ctx context.Context, w *bufio.Writer) error {
	names, at := d.title()
	about, err := compact(map[string]any{"name": joined(names), "environments": names, "as_of": at})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "{\"format_version\":\"1.0\",\"generated_by\":\"calipso\",\"target_cytoscapejs_version\":\"~3\",\"directed\":true,\"multigraph\":true,\n\"data\":%s,\n\"elements\":{\"nodes\":[", about)
	if err := cytoscapeElements(w, d.nodes(ctx)); err != nil {
		return err
	}
	fmt.Fprint(w, "],\n\"edges\":[")
	if err := cytoscapeElements(w, d.edges(ctx)); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, "]}}")
	return err
}

func cytoscapeElements(w *bufio.Writer, elements iter.Seq2[*element, error]) error {
	between := "\n"
	for e, err := range elements {
		if err != nil {
			return err
		}
		e.doc[idField] = e.key
		if e.from == "" {
			e.doc[valueField] = e.key
		} else {
			e.doc[fromField], e.doc[toField], e.doc[keyField] = e.from, e.to, e.key
		}
		b, err := compact(map[string]any{"data": e.doc})
		if err != nil {
			return err
		}
		fmt.Fprint(w, between)
		if _, err := w.Write(b); err != nil {
			return err
		}
		between = ",\n"
	}
	return nil
}
