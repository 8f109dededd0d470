package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"calipso/webapi"
)

func envCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{Use: "env", Short: "Environments: the clouds to look at"}
	cmd.AddCommand(envAdd(g), envList(g), envShow(g), envTest(g), envTests(g), envRemove(g))
	return cmd
}

func envAdd(g *global) *cobra.Command {
	var replace bool
	cmd := &cobra.Command{
		Use:   "add FILE",
		Short: "Add an environment from a document (JSON or YAML; - for standard input)",
		Long: `Add an environment from a document of collection environments_config, JSON or
YAML. See configs/environment.yaml for a commented example.

With --replace an environment of that name is changed; secrets that the document
shows as <secret> stay as they are.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			doc, err := g.readDocument(args[0])
			if err != nil {
				return err
			}
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				name, _ := doc["name"].(string)
				method, to := "POST", path("environments")
				if replace && name != "" {
					if err := c.get(ctx, path("environments", name, "config"), nil, nil); err == nil {
						method, to = "PUT", path("environments", name)
					} else if !notFound(err) {
						return err
					}
				}
				if err := c.send(ctx, method, to, doc, nil); err != nil {
					return err
				}
				_, err := fmt.Fprintf(g.out, "environment %s is kept; test it with: calipso env test %s\n", name, name)
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&replace, "replace", false, "change the environment of that name if there is one")
	return cmd
}

// readDocument reads a JSON or YAML object; YAML is a superset here.
func (g *global) readDocument(file string) (map[string]any, error) {
	var b []byte
	var err error
	if file == "-" {
		b, err = io.ReadAll(io.LimitReader(g.in, 1<<20))
	} else {
		b, err = os.ReadFile(file)
	}
	if err != nil {
		return nil, err
	}
	var doc map[string]any
	if err := yaml.Unmarshal(b, &doc); err != nil {
		return nil, fmt.Errorf("%s is neither JSON nor YAML: %s", file, yaml.FormatError(err, false, false)) // without the line, which may hold a password
	}
	if len(doc) == 0 {
		return nil, fmt.Errorf("%s holds no document", file)
	}
	return doc, nil
}

func envList(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List environments with what is known of them",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				envs, err := listAll[envSummary](ctx, c, path("environments"), nil)
				if err != nil {
					return err
				}
				if g.json {
					return g.printJSON(envs)
				}
				if len(envs) == 0 {
					_, err := fmt.Fprintln(g.out, "no environments yet; add one with: calipso env add FILE")
					return err
				}
				t := newTable(g.out, "environment", "type", "drivers", "objects", "links", "last scan (UTC)", "status")
				for _, e := range envs {
					last := "never"
					if e.LastScan != nil && !e.LastScan.End.IsZero() {
						last = e.LastScan.End.Format(time.DateTime)
					}
					t.AppendRow(table.Row{e.Name, e.Type, strings.Join(e.Drivers, ","), e.Objects, e.Links, last, e.Status})
				}
				t.Render()
				return nil
			})
		},
	}
}

// envSummary is what the list prints of an environment.
type envSummary struct {
	Name     string   `json:"name"`
	Type     string   `json:"environment_type"`
	Drivers  []string `json:"mechanism_drivers"`
	Status   string   `json:"status"`
	Objects  int      `json:"objects_total"`
	Links    int      `json:"links_total"`
	LastScan *struct {
		End time.Time `json:"end_timestamp"`
	} `json:"last_scan"`
}

func envShow(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "show NAME",
		Short: "Print an environment's document; secrets show as <secret>",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				var doc map[string]any
				if err := c.get(ctx, path("environments", args[0], "config"), nil, &doc); err != nil {
					return err
				}
				if g.json {
					return g.printJSON(doc)
				}
				b, err := yaml.Marshal(doc)
				if err != nil {
					return err
				}
				_, err = g.out.Write(b)
				return err
			})
		},
	}
}

func envTest(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "test NAME",
		Short: "Try every endpoint that an environment configures",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				var r webapi.TestResult
				if err := c.send(ctx, "POST", path("environments", args[0], "test"), nil, &r); err != nil {
					return err
				}
				if g.json {
					if err := g.printJSON(r); err != nil {
						return err
					}
				}
				for _, check := range r.Checks {
					word := "ok    "
					text := check.Detail
					if check.Error != "" {
						word, text = "FAILED", check.Error
					}
					if !g.json {
						fmt.Fprintf(g.out, "%s  %s: %s\n", word, check.Target, text)
					}
				}
				if !r.OK {
					return errNegative
				}
				return nil
			})
		},
	}
}

func envTests(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "tests NAME",
		Short: "List what came of trying an environment's endpoints, newest first",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				all, err := listAll[webapi.TestResult](ctx, c, path("environments", args[0], "tests"), nil)
				if err != nil {
					return err
				}
				if g.json {
					return g.printJSON(all)
				}
				t := newTable(g.out, "time (UTC)", "result", "endpoint", "why", "by")
				for _, r := range all {
					for _, check := range r.Checks {
						word := "ok"
						switch {
						case r.Waits:
							word = "waits"
						case check.Error != "":
							word = "FAILED"
						}
						t.AppendRow(table.Row{r.Submitted.Format(time.DateTime), word, oneLine(check.Target), oneLine(check.Error), oneLine(r.Who)})
					}
				}
				t.Render()
				return nil
			})
		},
	}
}

func envRemove(g *global) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "remove NAME",
		Short: "Forget an environment with all that is known of it, history included",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !yes && !g.confirm(fmt.Sprintf("forget environment %s with its whole history?", args[0])) {
				return errors.New("nothing was removed; say --yes to mean it")
			}
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				if err := c.send(ctx, "DELETE", path("environments", args[0]), nil, nil); err != nil {
					return err
				}
				_, err := fmt.Fprintf(g.out, "environment %s is removed\n", args[0])
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

// confirm asks a question on a terminal; elsewhere the answer is no.
func (g *global) confirm(question string) bool {
	if !terminal(g.in) {
		return false
	}
	fmt.Fprintf(g.err, "%s [y/N] ", question)
	var answer string
	fmt.Fscanln(g.in, &answer) // nothing typed is a no
	return strings.HasPrefix(strings.ToLower(answer), "y")
}
