package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"calipso/importexport/mongo"
	"calipso/webapi"
)

// exportOptions are the flags of the command.
type exportOptions struct {
	env, at, format, scope, focal string
}

func exportCommand(g *global) *cobra.Command {
	var o exportOptions
	cmd := &cobra.Command{
		Use:   "export TARGET",
		Short: "Export environments, as of any time, to a MongoDB, for other programs or to import them elsewhere",
		Long: `Export one environment, or all that you may view, as of any time. Secrets are
not exported. TARGET appears when it is complete; "-" is the output.

  mongo      everything, to import it elsewhere: a new folder of <collection>.jsonl
             files in MongoDB Extended JSON, as mongoimport reads them ("-": tar)
  graphml    objects and links with typed attributes, for yEd, Gephi, networkx
  dot        the same as a picture for Graphviz, one box a host
  cytoscape  the same as JSON, for Cytoscape and cytoscape.js
  csv        the same as two tables: a new folder with nodes.csv and edges.csv, or
             a zip archive if TARGET ends with .zip or is "-"

Without --format, the ending of TARGET tells: .graphml, .dot, .cyjs, .zip; else mongo.
Folders, which only group objects, are no part of graphs. An export of all
environments puts their names before ids: ENV/ID.

` + mongoExportHelp,
		Example: `  calipso export lab.graphml --env lab
  calipso export march --env lab --at 2026-03-01
  calipso export - --env lab --format dot --focal-point 0ddf16c6-cfcb-428b-8c41-1a6d7510baeb | dot -Tsvg > web-1.svg
  calipso export shop.cyjs --scope moz`,
		Args: cobra.ExactArgs(1),
	}
	at := atFlag(cmd)
	into := mongoFlags(cmd)
	cmd.Flags().StringVar(&o.env, "env", "", "which environment; default: all that you may view")
	cmd.Flags().StringVar(&o.format, "format", "", strings.Join(exportFormats(), ", "))
	cmd.Flags().StringVar(&o.scope, "scope", "", "only what is within this scope")
	cmd.Flags().StringVar(&o.focal, "focal-point", "", "only the clique of this object")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		o.at = *at
		if mongo.IsAddress(args[0]) {
			if o.scope+o.focal != "" || o.format != "" && o.format != webapi.MongoFormat {
				return errors.New("to a MongoDB whole environments are exported: leave out --scope, --focal-point and --format")
			}
			return g.exportMongo(cmd.Context(), args[0], o.env, o.at, into)
		}
		if strings.Contains(args[0], "://") {
			return fmt.Errorf("%q: only mongodb:// addresses, files and folders can be written", args[0])
		}
		f, err := o.formatFor(args[0])
		if err != nil {
			return err
		}
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			return g.export(ctx, c, args[0], f, o)
		})
	}
	return cmd
}

func exportFormats() []string {
	var names []string
	for _, f := range webapi.ExportFormats() {
		names = append(names, f.Name)
	}
	return names
}

// formatFor is the format asked for, or the one that the target's name tells.
func (o exportOptions) formatFor(target string) (webapi.ExportFormat, error) {
	all := webapi.ExportFormats()
	for _, f := range all {
		if o.format == f.Name || o.format == "" && f.Name != webapi.MongoFormat && filepath.Ext(target) == f.Suffix {
			return f, nil
		}
	}
	if o.format == "" {
		return all[0], nil
	}
	return all[0], fmt.Errorf("--format %q is none of %s", o.format, strings.Join(exportFormats(), ", "))
}

// query is what the server is asked.
func (o exportOptions) query(f webapi.ExportFormat) string {
	to := "/api/v1/export"
	if o.env != "" {
		to = "/api/v1/environments/" + url.PathEscape(o.env) + "/export"
	}
	return to + "?" + params("format", f.Name, "at", o.at, "scope", o.scope, "focal_point", o.focal).Encode()
}
