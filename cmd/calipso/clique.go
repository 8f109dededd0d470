package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// cliqueAnswer is what the command prints of a clique.
type cliqueAnswer struct {
	FocalPoint string      `json:"focal_point_object_id"`
	CliqueType string      `json:"clique_type_name"`
	Nodes      []objectRef `json:"nodes"`
	Links      []linkRef   `json:"links"`
}

func cliqueCommand(g *global) *cobra.Command {
	var cliqueType string
	var containing bool
	var types []string
	var limit int
	cmd := &cobra.Command{
		Use:   "clique ENV ID",
		Short: "Show what belongs to an object, or to what an object belongs",
		Long: `Show what belongs to an object: its chain down to the network. With
--containing, list the cliques that the object is part of, whichever object
they start from; exit code 1 if there are none.`,
		Args: cobra.ExactArgs(2),
	}
	at := atFlag(cmd)
	cmd.Flags().StringVar(&cliqueType, "clique-type", "", "id or name of another clique type than the default")
	cmd.Flags().BoolVar(&containing, "containing", false, "list the cliques that contain the object")
	cmd.Flags().StringSliceVar(&types, "type", nil, "with --containing: only those of focal points of these types")
	cmd.Flags().IntVar(&limit, "limit", 100, "with --containing: most cliques to list")
	cmd.MarkFlagsMutuallyExclusive("containing", "clique-type")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			if containing {
				return g.containing(ctx, c, args[0], args[1], *at, types, limit)
			}
			var raw map[string]any
			to := path("environments", args[0], "cliques", args[1])
			q := params("at", *at, "clique_type", cliqueType)
			if g.json {
				if err := c.get(ctx, to, q, &raw); err != nil {
					return err
				}
				return g.printJSON(raw)
			}
			var a cliqueAnswer
			if err := c.get(ctx, to, q, &a); err != nil {
				return err
			}
			printWalk(g.out, a.FocalPoint, a.Nodes, a.Links)
			fmt.Fprintf(g.out, "\n%d objects, %d links (clique type %s)\n", len(a.Nodes), len(a.Links), a.CliqueType)
			return nil
		})
	}
	return cmd
}

// walkPrinter prints objects and links as a tree from one object on: each
// object once, further links between objects at the end.
type walkPrinter struct {
	out   io.Writer
	nodes map[string]objectRef
	links map[string][]linkRef // by either end, in the order given
	seen  map[string]bool
	used  map[linkRef]bool
}

func printWalk(out io.Writer, start string, nodes []objectRef, links []linkRef) {
	p := walkPrinter{out: out, nodes: map[string]objectRef{}, links: map[string][]linkRef{}, seen: map[string]bool{start: true}, used: map[linkRef]bool{}}
	for _, n := range nodes {
		p.nodes[n.ID] = n
	}
	for _, l := range links {
		p.links[l.Source] = append(p.links[l.Source], l)
		p.links[l.Target] = append(p.links[l.Target], l)
	}
	fmt.Fprintln(out, p.label(start))
	p.below(start, "")
	for _, l := range links {
		if !p.used[l] {
			fmt.Fprintf(out, "also %s: %s, %s\n", l.Type, p.label(l.Source), p.label(l.Target))
		}
	}
	for _, n := range nodes { // reached through objects that are left out
		if !p.seen[n.ID] {
			fmt.Fprintf(out, "%s, %d links away\n", p.label(n.ID), n.Depth)
		}
	}
}

func (p *walkPrinter) below(id, indent string) {
	var next []linkRef
	for _, l := range p.links[id] {
		if o := other(l, id); !p.seen[o] && p.nodes[o].Depth > p.nodes[id].Depth {
			p.seen[o] = true
			p.used[l] = true
			next = append(next, l)
		}
	}
	for i, l := range next {
		branch, deeper := "├─ ", "│  "
		if i == len(next)-1 {
			branch, deeper = "└─ ", "   "
		}
		detail := l.Type
		if l.Name != "" {
			detail += "  " + l.Name
		}
		if l.State == "down" {
			detail += "  DOWN"
		}
		line := indent + branch + p.label(other(l, id))
		fmt.Fprintf(p.out, "%s%s  %s\n", line, strings.Repeat(" ", max(0, 58-len([]rune(line)))), detail)
		p.below(other(l, id), indent+deeper)
	}
}

func (p *walkPrinter) label(id string) string {
	n, ok := p.nodes[id]
	if !ok {
		return id
	}
	s := n.Type + " " + oneLine(n.Name)
	if n.Stale {
		s += " (stale)"
	}
	return s
}

func other(l linkRef, id string) string {
	if l.Source == id {
		return l.Target
	}
	return l.Source
}
