package drawing

import (
	"bufio"
	"context"
	"fmt"
	"slices"
	"strings"

	"calipso/graph"
)

// dot writes the language of Graphviz: boxes with names, one cluster a host,
// the type as class for style sheets. Nodes come as they are read: Graphviz puts
// the pieces of a cluster together by its name.
func (d *Drawing) dot(ctx context.Context, w *bufio.Writer) error {
	names, at := d.title()
	fmt.Fprintf(w, "digraph calipso {\n\tgraph [label=%s, labelloc=t, rankdir=LR, fontname=sans];\n", label(fmt.Sprintf("%s as of %s", joined(names), at)))
	fmt.Fprint(w, "\tnode [shape=box, style=rounded, fontname=sans];\n\tedge [fontname=sans, fontsize=9];\n")
	for e, err := range d.nodes(ctx) {
		if err != nil {
			return err
		}
		open, end := "", ""
		if host, _ := e.doc["host"].(string); host != "" {
			env, _ := e.doc["environment"].(string)
			open = fmt.Sprintf("subgraph %s { label=%s; ", quoted("cluster_"+env+"/"+host), label(host))
			end = " }"
		}
		typ, name, id := plain(e, "type"), plain(e, "name"), plain(e, ownID)
		fmt.Fprintf(w, "\t%s%s [label=%s, class=%s, tooltip=%s];%s\n", open, quoted(e.key), label(typ, name), quoted(typ), label(typ, name, id), end)
	}
	for e, err := range d.edges(ctx) {
		if err != nil {
			return err
		}
		style := ""
		if plain(e, "state") == string(graph.Down) {
			style = `, style=dashed, color=red`
		}
		typ, name := plain(e, "link_type"), plain(e, "link_name")
		fmt.Fprintf(w, "\t%s -> %s [class=%s, tooltip=%s%s];\n", quoted(e.from), quoted(e.to), quoted(typ), label(typ, name), style)
	}
	_, err := fmt.Fprintln(w, "}")
	return err
}

func plain(e *element, name string) string {
	s, _ := e.doc[name].(string)
	return s
}

func joined(names []any) string {
	var list []string
	for _, n := range names {
		list = append(list, fmt.Sprint(n))
	}
	return strings.Join(list, ", ")
}

// quoted is the id of something. Inside quotes Graphviz knows no escape but the
// one of the quote itself, so what would need one is spelled as %xx.
func quoted(s string) string { return `"` + escape(s, '%', printable) + `"` }

var labelEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;")

// label is a text that is shown, in lines. In labels, Graphviz knows escapes
// and the entities of HTML.
func label(lines ...string) string {
	lines = slices.DeleteFunc(lines, func(l string) bool { return l == "" })
	for i, l := range lines {
		l = strings.Map(func(r rune) rune {
			if r == '"' || r == '\\' || r == '&' || printable(r) {
				return r
			}
			return ' '
		}, strings.ToValidUTF8(l, " "))
		lines[i] = labelEscapes.Replace(l)
	}
	return `"` + strings.Join(lines, `\n`) + `"`
}
