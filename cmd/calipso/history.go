package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
)

type (
	// historyEntry is what the command prints of one change.
	historyEntry struct {
		Time  string `json:"time"`
		Cause struct {
			Kind string `json:"kind"`
			ID   string `json:"id"`
			Who  string `json:"who"`
		} `json:"cause"`
		Op     string        `json:"operation"`
		Fields []fieldChange `json:"fields"`
		Gained []historyLink `json:"links_gained"`
		Lost   []historyLink `json:"links_lost"`
		Others []historyLink `json:"links_changed"`
		Links  int           `json:"links_total"`
	}
	historyLink struct {
		Type      string        `json:"link_type"`
		Name      string        `json:"link_name"`
		Direction string        `json:"direction"`
		Peer      objectRef     `json:"peer"`
		Fields    []fieldChange `json:"fields"`
	}
	fieldChange struct {
		Field string `json:"field"`
		Old   any    `json:"old"`
		New   any    `json:"new"`
	}
)

func historyCommand(g *global) *cobra.Command {
	var limit int
	var cursor string
	cmd := &cobra.Command{
		Use:   "history ENV ID",
		Short: "Show what became of an object in time and why, newest first",
		Long: `Show what became of an object in time, newest first: when it came and went, which
fields and links changed, and what was the cause. Objects that are gone have a
history too.`,
		Args: cobra.ExactArgs(2),
	}
	cmd.Flags().IntVar(&limit, "limit", 20, "changes to print, at most 1000")
	cmd.Flags().StringVar(&cursor, "cursor", "", "go on where an earlier answer ended (its next_cursor)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			to, q := path("environments", args[0], "objects", args[1], "history"), params("limit", strconv.Itoa(limit), "cursor", cursor)
			if g.json {
				var raw any
				if err := c.get(ctx, to, q, &raw); err != nil {
					return err
				}
				return g.printJSON(raw)
			}
			var h struct {
				page[historyEntry]
				Exact bool   `json:"total_exact"`
				Since string `json:"complete_since"`
			}
			if err := c.get(ctx, to, q, &h); err != nil {
				return err
			}
			for _, e := range h.Items {
				fmt.Fprintf(g.out, "%s  %-7s  %s\n", e.Time, e.Op, e.cause())
				for _, line := range e.lines() {
					fmt.Fprintln(g.out, "    "+line)
				}
			}
			about := ""
			if !h.Exact {
				about = "more than "
			}
			if h.Since != "" {
				fmt.Fprintf(g.out, "before %s only what snapshots show is kept: an entry may sum up several changes\n", h.Since)
			}
			_, err := fmt.Fprintf(g.out, "%d of %s%d\n", len(h.Items), about, h.Total)
			return err
		})
	}
	return cmd
}

func (e historyEntry) cause() string {
	text := e.Cause.Kind
	if e.Cause.ID != "" {
		text += " " + e.Cause.ID
	}
	if e.Cause.Who != "" {
		text += " by " + e.Cause.Who
	}
	return oneLine(text)
}

// lines tell what changed. All that an object came with, or had when it went,
// is not repeated here: --json has it.
func (e historyEntry) lines() []string {
	var out []string
	add := func(list []fieldChange, before string) {
		for _, f := range list {
			out = append(out, oneLine(before+f.Field)+": "+value(f.Old)+" → "+value(f.New))
		}
	}
	if e.Op == "changed" {
		add(e.Fields, "")
	}
	for _, l := range e.Gained {
		out = append(out, "+ "+l.text())
	}
	for _, l := range e.Lost {
		out = append(out, "- "+l.text())
	}
	for _, l := range e.Others {
		add(l.Fields, "~ "+l.text()+": ")
	}
	if more := e.Links - len(e.Gained) - len(e.Lost) - len(e.Others); more > 0 {
		out = append(out, fmt.Sprintf("and %d more links", more))
	}
	return out
}

// text is a link as seen from the object.
func (l historyLink) text() string {
	arrow := "→"
	if l.Direction == "in" {
		arrow = "←"
	}
	return oneLine(fmt.Sprintf("link %s %s %s %s", arrow, l.Type, l.Peer.Type, l.Peer.Name))
}

// value is an old or new value, short enough for a line.
func value(v any) string {
	if v == nil {
		return "none"
	}
	text := []rune(oneLine(v))
	if len(text) > 60 {
		return string(text[:59]) + "…"
	}
	return string(text)
}
