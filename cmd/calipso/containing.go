package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/jedib0t/go-pretty/v6/table"
)

// membershipRow is the place of an object in a clique, as the API tells it.
type membershipRow struct {
	FocalPoint objectRef `json:"focal_point"`
	Host       string    `json:"host,omitempty"`
	CliqueType string    `json:"clique_type_name"`
	TypeID     string    `json:"clique_type"`
	Step       int       `json:"step"`
	Depth      int       `json:"depth"`
	Nodes      int       `json:"nodes"`
	Links      int       `json:"links"`
}

// containing prints the cliques that contain an object, up to limit; exit code
// 1 if there are none.
func (g *global) containing(ctx context.Context, c *client, env, id, at string, types []string, limit int) error {
	if limit < 1 {
		return fmt.Errorf("--limit %d is not positive", limit)
	}
	found := []membershipRow{}
	more := false
	for cursor := ""; ; {
		q := params("contains", id, "at", at, "cursor", cursor, "limit", strconv.Itoa(min(limit-len(found), 1000)))
		q["type"] = types
		var p page[membershipRow]
		if err := c.get(ctx, path("environments", env, "cliques"), q, &p); err != nil {
			return err
		}
		found = append(found, p.Items...)
		if cursor = p.Next; cursor == "" || len(found) >= limit {
			more = cursor != ""
			break
		}
	}
	if g.json {
		if err := g.printJSON(map[string]any{"items": found, "truncated": more}); err != nil {
			return err
		}
	} else {
		g.printMemberships(found, more)
	}
	if len(found) == 0 {
		return errNegative
	}
	return nil
}

func (g *global) printMemberships(found []membershipRow, more bool) {
	if len(found) == 0 {
		fmt.Fprintln(g.out, "in no clique")
		return
	}
	t := newTable(g.out, "focal point", "name", "id", "host", "depth", "objects", "links")
	for _, m := range found {
		t.AppendRow(table.Row{m.FocalPoint.Type, oneLine(m.FocalPoint.Name), m.FocalPoint.ID, m.Host, m.Depth, m.Nodes, m.Links})
	}
	t.Render()
	if more {
		fmt.Fprintf(g.out, "the first %d; raise --limit for more\n", len(found))
		return
	}
	fmt.Fprintf(g.out, "%d in all\n", len(found))
}
