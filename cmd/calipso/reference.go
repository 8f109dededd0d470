package main

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

// document is a document of the API, printed as it is.
type document map[string]any

func (d document) text(key string) string {
	switch v := d[key].(type) {
	case nil:
		return ""
	case []any:
		parts := make([]string, len(v))
		for i, p := range v {
			parts[i] = fmt.Sprint(p)
		}
		return oneLine(strings.Join(parts, " "))
	default:
		return oneLine(fmt.Sprint(v))
	}
}

// resource is a kind of documents that commands list, show and change.
type resource struct {
	word, words string // clique type, clique types
	path        string // below /api/v1
	wrapper     string // member of an answer to a change that holds the document; empty: it is the document
	columns     []string
	fields      []string
	key         string // member that paths name it by
	dry         bool   // changes can be tried, and tell of cliques
	filters     []string
	help        string
}

var cliqueTypes = resource{
	word: "clique type", words: "clique types", path: "clique-types", wrapper: "clique_type", key: "id", dry: true,
	columns: []string{"id", "name", "focal point", "environment", "conditions", "link types", "shipped"},
	fields:  []string{"id", "name", "focal_point_type", "environment", "environment_type distribution distribution_version mechanism_drivers type_drivers", "link_types", "shipped"},
	filters: []string{"environment", "focal_point_type", "distribution", "fits", "origin"},
	help: `Clique types: what belongs to the clique of an object. Link types are followed in
the order given; each must start at a type that is reached before. One is for an
environment (by name, or ANY), or for conditions; your own go before those that
come with Calipso where both fit.`,
}

var cliqueConstraints = resource{
	word: "constraint", words: "constraints", path: "clique-constraints", wrapper: "clique_constraint", key: "id", dry: true,
	columns: []string{"id", "focal point", "attributes", "environment", "shipped"},
	fields:  []string{"id", "focal_point_type", "constraints", "environment", "shipped"},
	filters: []string{"environment", "focal_point_type", "origin"},
	help:    "Constraints: attributes of a focal point that the links of its clique must agree with.",
}

var linkTypes = resource{
	word: "link type", words: "link types", path: "link-types", key: "type",
	columns: []string{"type", "description", "shipped"},
	fields:  []string{"type", "description", "shipped"},
	filters: []string{"end", "origin"},
	help:    "Link types: which types of objects links join, for clique types to choose from.",
}

// command is the command for a kind of documents.
func (r resource) command(g *global, use string) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: strings.SplitN(r.help, ":", 2)[0] + ": list, show, add, change, remove", Long: r.help}
	cmd.AddCommand(r.list(g), r.show(g), r.add(g), r.change(g), r.remove(g))
	return cmd
}

func (r resource) list(g *global) *cobra.Command {
	filters := map[string]*string{}
	cmd := &cobra.Command{
		Use: "list", Short: "List " + r.words + ": those that come with Calipso, then your own", Args: cobra.NoArgs,
	}
	for _, f := range r.filters {
		help := "only those with this " + strings.ReplaceAll(f, "_", " ")
		switch f {
		case "origin":
			help = "shipped or own"
		case "fits":
			help = "only those that fit this environment, the one used first"
		case "end":
			help = "only those that end at objects of this type"
		}
		filters[f] = cmd.Flags().String(strings.ReplaceAll(f, "_", "-"), "", help)
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		q := url.Values{}
		for name, value := range filters {
			if *value != "" {
				q.Set(name, *value)
			}
		}
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			all, err := listAll[document](ctx, c, path(r.path), q)
			if err != nil {
				return err
			}
			if g.json {
				return g.printJSON(all)
			}
			g.table(r.columns, r.fields, all)
			return nil
		})
	}
	return cmd
}

// table prints documents; fields of one column are joined.
func (g *global) table(columns, fields []string, all []document) {
	head := make([]any, len(columns))
	for i, c := range columns {
		head[i] = c
	}
	t := newTable(g.out, head...)
	for _, d := range all {
		row := table.Row{}
		for _, f := range fields {
			var parts []string
			for _, name := range strings.Fields(f) {
				if s := d.text(name); s != "" {
					parts = append(parts, s)
				}
			}
			row = append(row, strings.Join(parts, " "))
		}
		t.AppendRow(row)
	}
	t.Render()
}

func (r resource) show(g *global) *cobra.Command {
	return &cobra.Command{
		Use: "show " + r.argument(), Short: "Print a " + r.word, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.showDocument(cmd.Context(), path(r.path, args[0]), nil)
		},
	}
}

func (r resource) argument() string {
	if r.key == "type" {
		return "TYPE"
	}
	return "ID|NAME"
}

// showDocument prints a document as YAML, or JSON.
func (g *global) showDocument(ctx context.Context, at string, q url.Values) error {
	return g.withClient(ctx, func(ctx context.Context, c *client) error {
		var doc document
		if err := c.get(ctx, at, q, &doc); err != nil {
			return err
		}
		if g.json {
			return g.printJSON(doc)
		}
		b, err := yaml.Marshal(map[string]any(doc))
		if err != nil {
			return err
		}
		_, err = g.out.Write(b)
		return err
	})
}
