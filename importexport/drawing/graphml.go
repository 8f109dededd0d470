package drawing

import (
	"bufio"
	"context"
	"encoding/xml"
	"fmt"
	"iter"
)

// graphML writes GraphML 1.0. A first pass over everything finds the
// attributes, which are declared, each with its type, before the graph.
func (d *Drawing) graphML(ctx context.Context, w *bufio.Writer) error {
	nodes, edges, err := d.allColumns(ctx)
	if err != nil {
		return err
	}
	names, at := d.title()
	about := []column{{"environments", text}, {"as_of", text}}
	fmt.Fprint(w, xml.Header, `<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`,
		` xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">`, "\n")
	for _, of := range []struct {
		element string
		columns []column
	}{{"graph", about}, {"node", nodes}, {"edge", edges}} {
		for _, c := range of.columns {
			fmt.Fprintf(w, "<key id=\"%s:%s\" for=\"%[1]s\" attr.name=\"", of.element, token(c.name))
			xmlText(w, c.name)
			fmt.Fprintf(w, "\" attr.type=\"%s\"/>\n", c.kind)
		}
	}
	fmt.Fprint(w, `<graph id="calipso" edgedefault="directed">`)
	if err := graphMLData(w, "graph", about, &element{doc: map[string]any{"environments": joined(names), "as_of": at}}, nil); err != nil {
		return err
	}
	fmt.Fprintln(w)
	err = graphMLElements(w, "node", nodes, d.nodes(ctx), func(e *element) {
		fmt.Fprintf(w, `<node id="%s">`, token(e.key))
	})
	if err != nil {
		return err
	}
	err = graphMLElements(w, "edge", edges, d.edges(ctx), func(e *element) {
		fmt.Fprintf(w, `<edge id="%s" source="%s" target="%s">`, token(e.key), token(e.from), token(e.to))
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(w, "</graph>\n</graphml>\n")
	return err
}

// graphMLElements writes elements, one a line.
func graphMLElements(w *bufio.Writer, name string, columns []column, elements iter.Seq2[*element, error], open func(*element)) error {
	var row []string
	for e, err := range elements {
		if err != nil {
			return err
		}
		open(e)
		if err := graphMLData(w, name, columns, e, row); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "</%s>\n", name); err != nil {
			return err
		}
	}
	return nil
}

// graphMLData writes what is known of one element; row is used for it.
func graphMLData(w *bufio.Writer, name string, columns []column, e *element, row []string) error {
	row, err := cells(columns, e, row)
	if err != nil {
		return err
	}
	for i, c := range columns {
		if row[i] == "" {
			continue
		}
		fmt.Fprintf(w, `<data key="%s:%s">`, name, token(c.name))
		xmlText(w, row[i])
		fmt.Fprint(w, "</data>")
	}
	return nil
}

// xmlText escapes text; what XML cannot hold becomes U+FFFD. An error of the
// writer stays with it.
func xmlText(w *bufio.Writer, s string) { xml.EscapeText(w, []byte(s)) }
