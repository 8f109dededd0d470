package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

type searchHit struct {
	Env      string `json:"environment"`
	ID       string `json:"id"`
	Type     string `json:"type"`
	Name     string `json:"name"`
	NamePath string `json:"name_path"`
	Matched  struct {
		Field string `json:"field"`
		Text  string `json:"text"`
	} `json:"matched"`
}

func searchCommand(g *global) *cobra.Command {
	var envs, types []string
	var limit int
	cmd := &cobra.Command{
		Use:   "search TEXT",
		Short: "Find objects by name, id, MAC or IP address, or a piece of one",
		Long: `Find objects by name, id, MAC or IP address, or a piece of one, in all
environments; the best hits come first. Exit code 1 if nothing is found.`,
		Args: cobra.ExactArgs(1),
	}
	at := atFlag(cmd)
	f := cmd.Flags()
	f.StringSliceVar(&envs, "env", nil, "only in these environments")
	f.StringSliceVar(&types, "type", nil, "only objects of these types")
	f.IntVar(&limit, "limit", 20, "hits to print, at most 1000")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			q := params("q", args[0], "limit", strconv.Itoa(limit), "at", *at)
			q["env"], q["type"] = envs, types
			var found struct {
				page[searchHit]
				Exact bool `json:"total_exact"`
			}
			if err := c.get(ctx, path("search"), q, &found); err != nil {
				return err
			}
			if g.json {
				if err := g.printJSON(found); err != nil {
					return err
				}
			} else {
				g.printHits(found.page, found.Exact)
			}
			if found.Total == 0 {
				return errNegative
			}
			return nil
		})
	}
	return cmd
}

func (g *global) printHits(found page[searchHit], exact bool) {
	if found.Total == 0 {
		fmt.Fprintln(g.out, "nothing found")
		return
	}
	t := newTable(g.out, "environment", "type", "name", "id", "matched", "where")
	for _, h := range found.Items {
		t.AppendRow(table.Row{h.Env, h.Type, h.Name, h.ID, h.Matched.Field + " " + h.Matched.Text, h.NamePath})
	}
	t.Render()
	about := ""
	if !exact {
		about = "more than "
	}
	fmt.Fprintf(g.out, "%d of %s%d\n", len(found.Items), about, found.Total)
}
