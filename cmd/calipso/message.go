package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
)

func messageCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "message",
		Short: "Messages: what happened in an environment",
		Long: `Messages: what happened in an environment: scans that failed, findings, events.
Levels are panic, alert, crit, error, warn, notice, info, debug.`,
	}
	cmd.AddCommand(messageList(g), messageViewed(g), messageClear(g))
	return cmd
}

// messageFilter are the flags that choose messages.
type messageFilter struct {
	levels, sources, ids          []string
	object, kind, from, to, about string
	viewed, unviewed              bool
}

func newMessageFilter(cmd *cobra.Command) *messageFilter {
	m := &messageFilter{}
	f := cmd.Flags()
	f.StringSliceVar(&m.levels, "level", nil, "only of these levels; warning means warn and notice")
	f.StringSliceVar(&m.sources, "source", nil, "only from these systems (Calipso, OpenStack, …)")
	f.StringVar(&m.object, "object", "", "only about the object of this id")
	f.StringVar(&m.kind, "object-type", "", "only about objects of this type")
	f.StringVar(&m.from, "from", "", "only from this time on (RFC 3339)")
	f.StringVar(&m.to, "to", "", "only up to this time")
	f.StringVar(&m.about, "text", "", "only with this in their text")
	f.BoolVar(&m.viewed, "viewed", false, "only those that somebody has seen")
	f.BoolVar(&m.unviewed, "unviewed", false, "only those that nobody has seen")
	cmd.MarkFlagsMutuallyExclusive("viewed", "unviewed")
	return m
}

func (m *messageFilter) query() url.Values {
	q := params("related_object", m.object, "related_object_type", m.kind, "from", m.from, "to", m.to, "q", m.about)
	for name, list := range map[string][]string{"level": m.levels, "source_system": m.sources} {
		for _, v := range list {
			q.Add(name, v)
		}
	}
	if len(m.ids) > 0 {
		q.Set("ids", strings.Join(m.ids, ","))
	}
	switch {
	case m.viewed:
		q.Set("viewed", "true")
	case m.unviewed:
		q.Set("viewed", "false")
	}
	return q
}

func messageList(g *global) *cobra.Command {
	limit := 0
	cmd := &cobra.Command{Use: "list ENV", Short: "List messages, newest first", Args: cobra.ExactArgs(1)}
	filter := newMessageFilter(cmd)
	cmd.Flags().IntVar(&limit, "limit", 50, "at most so many; 0: all")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			all, total, err := listSome[document](ctx, c, path("environments", args[0], "messages"), filter.query(), limit)
			if err != nil {
				return err
			}
			if g.json {
				return g.printJSON(all)
			}
			if total == 0 {
				_, err := fmt.Fprintln(g.out, "no messages")
				return err
			}
			for _, d := range all {
				d["new"] = "new"
				if d["viewed"] == true {
					d["new"] = ""
				}
			}
			g.table([]string{"time", "level", "", "from", "about", "message", "id"}, []string{"timestamp", "level", "new", "source_system", "related_object", "message", "_id"}, all)
			_, err = fmt.Fprintf(g.out, "%d of %d\n", len(all), total)
			return err
		})
	}
	return cmd
}

func messageViewed(g *global) *cobra.Command {
	var all, not bool
	cmd := &cobra.Command{
		Use:   "viewed ENV [ID…]",
		Short: "Mark messages as viewed: those named, those that a filter chooses, or --all",
		Args:  cobra.MinimumNArgs(1),
	}
	filter := newMessageFilter(cmd)
	cmd.Flags().BoolVar(&all, "all", false, "all messages")
	cmd.Flags().BoolVar(&not, "not", false, "mark them as not viewed")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return g.changeMessages(cmd.Context(), "PUT", args, filter, all, map[string]bool{"viewed": !not}, "marked")
	}
	return cmd
}

func messageClear(g *global) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "clear ENV [ID…]",
		Short: "Remove messages: those named, those that a filter chooses, or --all",
		Args:  cobra.MinimumNArgs(1),
	}
	filter := newMessageFilter(cmd)
	cmd.Flags().BoolVar(&all, "all", false, "all messages")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return g.changeMessages(cmd.Context(), "DELETE", args, filter, all, nil, "removed")
	}
	return cmd
}

func (g *global) changeMessages(ctx context.Context, method string, args []string, filter *messageFilter, all bool, body any, done string) error {
	filter.ids = args[1:]
	q := filter.query()
	if all {
		q.Set("all", "true")
	}
	if len(q) == 0 {
		return errors.New("say which: ids, a filter such as --level info, or --all")
	}
	return g.withClient(ctx, func(ctx context.Context, c *client) error {
		var out struct {
			Count int `json:"count"`
		}
		if err := c.send(ctx, method, path("environments", args[0], "messages")+"?"+q.Encode(), body, &out); err != nil {
			return err
		}
		if g.json {
			return g.printJSON(out)
		}
		_, err := fmt.Fprintf(g.out, "%d messages of %s are %s\n", out.Count, args[0], done)
		return err
	})
}
