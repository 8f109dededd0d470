package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/url"

	"github.com/spf13/cobra"
)

func diffCommand(g *global) *cobra.Command {
	var group, clique string
	var out output
	var folders bool
	cmd := &cobra.Command{
		Use:   "diff ENV FROM [TO]",
		Short: "Tell what differs between two times",
		Long: `Tell what was added, removed, changed and moved between two times, and what is
in another status. FROM and TO are times (RFC 3339, or a date) or snapshots; TO
defaults to now. Exit code 1 if there are differences.`,
		Example: "  calipso diff lab 2026-03-01\n  calipso diff lab sunday --format html > week.html\n  calipso diff lab sunday monday --clique 42e33594-1fce-45df-8efb-7074af1114b2",
		Args:    cobra.RangeArgs(2, 3),
	}
	f := cmd.Flags()
	out.flags(cmd)
	f.StringVar(&group, "group", "", "group text, html and pdf by host, project or network")
	f.StringVar(&clique, "clique", "", "compare the clique of the object with this id, and tell why it changed")
	f.BoolVar(&folders, "folders", false, "count the folders of the tree too")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := out.check(g); err != nil {
			return err
		}
		if clique != "" && (group != "" || folders) {
			return errors.New("--clique goes with neither --group nor --folders")
		}
		to := ""
		if len(args) == 3 {
			to = args[2]
		}
		at := path("environments", args[0], "diff")
		if clique != "" {
			at = path("environments", args[0], "cliques", clique, "diff")
		}
		q := params("from", args[1], "to", to)
		if group != "" {
			q.Set("group", group)
		}
		if folders {
			q.Set("folders", "true")
		}
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			return g.diff(ctx, c, at, q, out)
		})
	}
	return cmd
}

// diff prints a comparison as the server writes it. Its JSON tells whether
// anything differs; other formats are asked for of exactly the two times that
// it names, so that both tell the same even if the environment changes.
func (g *global) diff(ctx context.Context, c *client, at string, q url.Values, out output) error {
	var told struct {
		From        string `json:"from"`
		To          string `json:"to"`
		Differences int    `json:"differences"`
		OldType     string `json:"old_clique_type"`
		NewType     string `json:"new_clique_type"`
		Summary     struct {
			Differences int `json:"differences"`
		} `json:"summary"`
	}
	text, err := c.text(ctx, at, q)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &told); err != nil {
		return err
	}
	if out.format != "json" {
		q.Set("from", told.From)
		q.Set("to", told.To)
		q.Set("format", out.format)
		if text, err = c.text(ctx, at, q); err != nil {
			return err
		}
	}
	if err := out.write(g, text); err != nil {
		return err
	}
	if told.Summary.Differences+told.Differences > 0 || told.OldType != told.NewType {
		return errNegative
	}
	return nil
}

// text reads an answer as it is.
func (c *client) text(ctx context.Context, path string, q url.Values) ([]byte, error) {
	resp, err := c.do(ctx, "GET", path+"?"+q.Encode(), "", nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}
