package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"calipso/webapi/audit"
)

func auditCommand(g *global) *cobra.Command {
	var who, what, env, address, from, to string
	var limit int
	var changes bool
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Who changed what and who signed in, the newest first",
		Example: `  calipso audit --what login-refused --from 2026-03-01
  calipso audit --who olga --env lab --changes`,
		Args: cobra.NoArgs,
	}
	f := cmd.Flags()
	f.StringVar(&who, "who", "", "only of this account")
	f.StringVar(&what, "what", "", "only this operation (login, login-refused, change-user, …), or what changed documents of this collection or id")
	f.StringVar(&env, "env", "", "only what concerns this environment")
	f.StringVar(&address, "address", "", "only from this address")
	f.StringVar(&from, "from", "", "not earlier: RFC 3339 or a date")
	f.StringVar(&to, "to", "", "not later: RFC 3339 or a date")
	f.IntVar(&limit, "limit", 50, "entries to print; 0: all")
	f.BoolVar(&changes, "changes", false, "print what was there before and after as well")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			q := params("who", who, "what", what, "env", env, "address", address, "from", from, "to", to)
			entries, total, err := listSome[*audit.Entry](ctx, c, path("audit"), q, limit)
			if err != nil {
				return err
			}
			if g.json {
				return g.printJSON(entries)
			}
			t := newTable(g.out, "time", "who", "from", "action", "what")
			for _, e := range entries {
				t.AppendRow(table.Row{e.Time.Format(time.RFC3339), oneLine(e.Who), oneLine(e.From), oneLine(e.Action), auditBrief(e)})
				if changes {
					for _, line := range auditChanges(e) {
						t.AppendRow(table.Row{"", "", "", "", line})
					}
				}
			}
			t.Render()
			if len(entries) < total {
				fmt.Fprintf(g.err, "%d of %d or more; --limit 0 prints all\n", len(entries), total)
			}
			return nil
		})
	}
	return cmd
}

// auditBrief is an entry in few words.
func auditBrief(e *audit.Entry) string {
	var out []string
	switch {
	case e.Reason != "":
		out = append(out, e.Reason)
	case e.Status == 403:
		out = append(out, "refused: "+e.Path)
	case e.Status >= 400:
		out = append(out, fmt.Sprintf("failed with %d", e.Status))
	}
	for _, c := range e.Changes[:min(3, len(e.Changes))] {
		out = append(out, fmt.Sprintf("%s %s %s", c.Op, c.Collection, c.ID))
	}
	if n := len(e.Changes) - 3 + e.More; len(e.Changes) >= 3 && n > 0 {
		out = append(out, fmt.Sprintf("%d more documents", n))
	}
	if e.Objects+e.Links > 0 {
		out = append(out, fmt.Sprintf("%d objects and %d links changed", e.Objects, e.Links))
	}
	if len(out) == 0 && e.Path != "" {
		out = append(out, e.Path)
	}
	return oneLine(strings.Join(out, "; "))
}

// auditChanges are the members that differ, a line each.
func auditChanges(e *audit.Entry) (out []string) {
	text := func(v any, ok bool) string {
		if !ok {
			return "nothing"
		}
		b, err := json.Marshal(v)
		if err != nil {
			return err.Error()
		}
		return oneLine(string(b))
	}
	for _, c := range e.Changes {
		members := maps.Clone(c.Before)
		if members == nil {
			members = map[string]any{}
		}
		maps.Copy(members, c.After)
		for _, m := range slices.Sorted(maps.Keys(members)) {
			before, had := c.Before[m]
			after, has := c.After[m]
			out = append(out, fmt.Sprintf("  %s %s: %s: %s → %s", c.Collection, oneLine(c.ID), oneLine(m), text(before, had), text(after, has)))
		}
	}
	return out
}
