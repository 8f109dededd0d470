package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"

	"github.com/spf13/cobra"
)

// diffFlags say which comparison is wanted, and how it is to be told.
type diffFlags struct {
	output
	group, clique, scope, with, withEnv, mapping, rules string
	folders, design, lastWeek                           bool
}

func diffCommand(g *global) *cobra.Command {
	var d diffFlags
	cmd := &cobra.Command{
		Use:   "diff ENV [FROM [TO]]",
		Short: "Tell what differs between two times, or two environments",
		Long: `Tell what was added, removed, changed and moved between two times, and what is
in another status. FROM and TO are times (RFC 3339, or a date) or snapshots; TO
defaults to now. With --design or --last-week, FROM is found and left out.

With --with-env, ENV at FROM is compared with that environment at TO; both default
to now. --map names a document (JSON or YAML) that says what the things of ENV are
called there: {hosts: {a: b}, names: {…}, ids: {…}}.

--rules names a document that says which fields do not count, instead of the
rules that are set: {ignore: {instance: [created_at], "*": [...]}, ignore_links:
[...], status: [...]}; a member that is left out is as built in.

Exit code 1 if there are differences.`,
		Example: `  calipso diff lab 2026-03-01
  calipso diff lab sunday --format html > week.html
  calipso diff lab --design --scope moz
  calipso diff lab sunday monday --clique 42e33594-1fce-45df-8efb-7074af1114b2
  calipso diff prod --with-env standby --map names.yaml`,
		Args: cobra.RangeArgs(1, 3),
	}
	f := cmd.Flags()
	d.output.flags(cmd)
	f.StringVar(&d.group, "group", "", "group by host, project or network")
	f.StringVar(&d.clique, "clique", "", "compare the clique of the object with this id, and tell why it changed")
	f.StringVar(&d.scope, "scope", "", "only what is within this scope, and what others added beside it")
	f.BoolVar(&d.design, "design", false, "compare with the scope's design (without --scope: the latest snapshot of kind design)")
	f.BoolVar(&d.lastWeek, "last-week", false, "compare with the latest scheduled snapshot at least 6 days older")
	f.StringVar(&d.withEnv, "with-env", "", "compare with this environment")
	f.StringVar(&d.mapping, "map", "", "file with the names of the first environment in the second (- for standard input)")
	f.StringVar(&d.rules, "rules", "", "file with the rules to compare by (- for standard input)")
	f.BoolVar(&d.folders, "folders", false, "count the folders of the tree too")
	cmd.MarkFlagsMutuallyExclusive("design", "last-week")
	for _, other := range []string{"group", "folders", "with-env", "map", "rules"} {
		cmd.MarkFlagsMutuallyExclusive("clique", other)
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return g.runDiff(cmd.Context(), d, args) }
	return cmd
}

func (g *global) runDiff(ctx context.Context, d diffFlags, args []string) error {
	if err := d.output.check(g); err != nil {
		return err
	}
	switch {
	case d.design:
		d.with = "design"
	case d.lastWeek:
		d.with = "last-week"
	}
	from, to := "", ""
	times := args[1:]
	if d.with == "" && len(times) > 0 {
		from, times = times[0], times[1:]
	}
	switch {
	case from == "" && d.with == "" && d.withEnv == "":
		return errors.New("say with what to compare: FROM, --design, --last-week or --with-env")
	case len(times) > 1:
		return fmt.Errorf("FROM is found by --%s: give TO, or nothing", d.with)
	case len(times) == 1:
		to = times[0]
	}
	if d.mapping == "-" && d.rules == "-" {
		return errors.New("--map and --rules cannot both be standard input")
	}
	if d.withEnv != "" || d.mapping != "" || d.rules != "" {
		return g.postDiff(ctx, d, args[0], from, to)
	}
	at := path("environments", args[0], "diff")
	if d.clique != "" {
		at = path("environments", args[0], "cliques", d.clique, "diff")
	}
	q := params("from", from, "to", to, "with", d.with, "scope", d.scope, "group", d.group)
	if d.folders {
		q.Set("folders", "true")
	}
	return g.withClient(ctx, func(ctx context.Context, c *client) error {
		return g.diff(d.output, func(format string, told diffTold) ([]byte, error) {
			if format != "json" {
				q.Set("format", format)
				q.Set("to", told.To)
				if d.with == "" {
					q.Set("from", told.From)
				}
			}
			return c.text(ctx, "GET", at, q, nil)
		})
	})
}

// postDiff asks for comparisons that take more than fits an address.
func (g *global) postDiff(ctx context.Context, d diffFlags, env, from, to string) error {
	type side struct {
		Env string `json:"environment"`
		At  string `json:"at,omitempty"`
	}
	in := struct {
		From    side           `json:"from"`
		To      side           `json:"to"`
		With    string         `json:"with,omitempty"`
		Scope   string         `json:"scope,omitempty"`
		Group   string         `json:"group,omitempty"`
		Folders bool           `json:"folders,omitempty"`
		Mapping map[string]any `json:"mapping,omitempty"`
		Rules   map[string]any `json:"rules,omitempty"`
	}{side{env, from}, side{cmp.Or(d.withEnv, env), to}, d.with, d.scope, d.group, d.folders, nil, nil}
	var err error
	if d.mapping != "" {
		if in.Mapping, err = g.readDocument(d.mapping); err != nil {
			return err
		}
	}
	if d.rules != "" {
		if in.Rules, err = g.readDocument(d.rules); err != nil {
			return err
		}
	}
	return g.withClient(ctx, func(ctx context.Context, c *client) error {
		return g.diff(d.output, func(format string, told diffTold) ([]byte, error) {
			if format != "json" {
				in.To.At = told.To
				if d.with == "" {
					in.From.At = told.From
				}
			}
			return c.text(ctx, "POST", path("diff"), params("format", format), in)
		})
	})
}

// diffTold is what is read of a comparison's JSON.
type diffTold struct {
	From        string `json:"from"`
	To          string `json:"to"`
	Differences int    `json:"differences"`
	OldType     string `json:"old_clique_type"`
	NewType     string `json:"new_clique_type"`
	Summary     struct {
		Differences int `json:"differences"`
	} `json:"summary"`
}

// diff prints a comparison as the server writes it. Its JSON tells whether
// anything differs; other formats are asked for of exactly the two times that
// it names, so that both tell the same even if the environment changes.
func (g *global) diff(out output, ask func(format string, told diffTold) ([]byte, error)) error {
	var told diffTold
	text, err := ask("json", told)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &told); err != nil {
		return err
	}
	if out.format != "json" {
		if text, err = ask(out.format, told); err != nil {
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
func (c *client) text(ctx context.Context, method, path string, q url.Values, in any) ([]byte, error) {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(b)
	}
	resp, err := c.do(ctx, method, path+"?"+q.Encode(), "application/json", body)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return io.ReadAll(resp.Body)
}
