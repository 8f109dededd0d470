package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

func showCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show ENV ID",
		Short: "Show one object with its attributes and links",
		Args:  cobra.ExactArgs(2),
	}
	at := atFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			var object map[string]any
			if err := c.get(ctx, path("environments", args[0], "objects", args[1]), params("at", *at), &object); err != nil {
				return err
			}
			if g.json {
				return g.printJSON(object)
			}
			links, err := listAll[linkRef](ctx, c, path("environments", args[0], "objects", args[1], "links"), params("at", *at))
			if err != nil {
				return err
			}
			g.printObject(object)
			for _, l := range links {
				arrow, other := "→", l.Target
				if l.Target == args[1] {
					arrow, other = "←", l.Source
				}
				fmt.Fprintf(g.out, "%s %-24s %s  %s (%s)\n", arrow, l.Type, other, l.Name, l.State)
			}
			return nil
		})
	}
	return cmd
}

// headFields are shown first, in this order.
var headFields = []string{"type", "name", "id", "environment", "name_path", "host", "parent_id", "last_scanned", "stale", "stale_reason"}

func (g *global) printObject(object map[string]any) {
	for _, k := range headFields {
		if v, ok := object[k]; ok {
			fmt.Fprintf(g.out, "%-16s %s\n", k, oneLine(v))
		}
	}
	fmt.Fprintln(g.out)
	for _, k := range slices.Sorted(maps.Keys(object)) {
		if v := object[k]; v != nil && !slices.Contains(headFields, k) && !strings.HasPrefix(k, "_") {
			fmt.Fprintf(g.out, "%-24s %s\n", k, oneLine(v))
		}
	}
	fmt.Fprintln(g.out)
}

// oneLine is a value in one line; texts as they are, others as JSON. Control
// characters, which a terminal might obey, are escaped.
func oneLine(v any) string {
	s, ok := v.(string)
	if !ok {
		b, err := json.Marshal(v)
		if err != nil {
			return err.Error()
		}
		s = string(b)
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
