package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

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
	From   time.Time  `json:"valid_from"`
	To     *time.Time `json:"valid_to,omitempty"`
	Exists bool       `json:"exists"`
}

func searchCommand(g *global) *cobra.Command {
	var envs, types []string
	var limit int
	var history bool
	cmd := &cobra.Command{
		Use:   "search TEXT",
		Short: "Find objects by name, id, MAC or IP address, or a piece of one",
		Long: `Find objects by name, id, MAC or IP address, or a piece of one, in all
environments; the best hits come first. Exit code 1 if nothing is found.

--at searches the objects of a past time. --history searches all times: also
what had the name or address once, since when and until when, and where it was
then; objects that are still there come first.`,
		Example: `  calipso search web-12
  calipso search fa:16:3e:12:34:56 --at 2026-03-15
  calipso search 10.20.30.4 --history`,
		Args: cobra.ExactArgs(1),
	}
	at := atFlag(cmd)
	f := cmd.Flags()
	f.StringSliceVar(&envs, "env", nil, "only in these environments")
	f.StringSliceVar(&types, "type", nil, "only objects of these types")
	f.BoolVar(&history, "history", false, "search all times")
	cmd.MarkFlagsMutuallyExclusive("at", "history")
	f.IntVar(&limit, "limit", 20, "hits to print, at most 1000")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			q := params("q", args[0], "limit", strconv.Itoa(limit), "at", *at)
			q["env"], q["type"] = envs, types
			if history {
				q.Set("history", "true")
			}
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
				g.printHits(found.page, found.Exact, history)
			}
			if found.Total == 0 {
				return errNegative
			}
			return nil
		})
	}
	return cmd
}

// period tells since when and until when an object had the text, and whether
// it is there at all.
func (h *searchHit) period() []any {
	to, object := "now", "there"
	if h.To != nil {
		to = h.To.Format(time.RFC3339)
	}
	if !h.Exists {
		object = "gone"
	}
	return []any{h.From.Format(time.RFC3339), to, object}
}

func (g *global) printHits(found page[searchHit], exact, history bool) {
	if found.Total == 0 {
		fmt.Fprintln(g.out, "nothing found")
		return
	}
	head := []any{"environment", "type", "name", "id", "matched", "where"}
	if history {
		head = slices.Insert(head, 5, any("from"), "to", "object")
	}
	t := newTable(g.out, head...)
	for _, h := range found.Items {
		row := table.Row{h.Env, h.Type, h.Name, h.ID, h.Matched.Field + " " + h.Matched.Text, h.NamePath}
		if history {
			row = slices.Insert(row, 5, h.period()...)
		}
		t.AppendRow(row)
	}
	t.Render()
	about := ""
	if !exact {
		about = "more than "
	}
	fmt.Fprintf(g.out, "%d of %s%d\n", len(found.Items), about, found.Total)
}
