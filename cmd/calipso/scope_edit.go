package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
)

// scopeInput is what is sent of a scope.
type scopeInput struct {
	Name    string           `json:"name,omitempty"`
	Comment string           `json:"comment,omitempty"`
	Select  []scopeSelection `json:"select"`
}

// scopeFlags are those that say what a scope selects.
type scopeFlags struct {
	envs []string
	file string
	scopeSelection
}

func (s *scopeFlags) add(cmd *cobra.Command, comment *string) {
	f := cmd.Flags()
	f.StringVar(comment, "comment", "", "what to say of it")
	f.StringSliceVar(&s.envs, "env", nil, "environment to select in; with several, the same in each")
	f.StringSliceVar(&s.Projects, "project", nil, "select what belongs to the project of this name or id")
	f.StringSliceVar(&s.Tags, "tag", nil, "select what carries this tag (gold, or tier=gold among metadata)")
	f.StringSliceVar(&s.Objects, "object", nil, "select the object of this id, and what hangs under it")
	f.BoolVar(&s.Everything, "everything", false, "select the whole environment")
	f.StringVar(&s.file, "file", "", "read comment and select from a JSON or YAML document (- for standard input)")
	for _, other := range []string{"env", "project", "tag", "object", "everything"} {
		cmd.MarkFlagsMutuallyExclusive("file", other)
	}
}

// given tells whether the flags select anything.
func (s *scopeFlags) given() bool {
	return len(s.envs)+len(s.Projects)+len(s.Tags)+len(s.Objects) > 0 || s.Everything
}

// selections are those of the flags.
func (s *scopeFlags) selections() ([]scopeSelection, error) {
	if s.given() && len(s.envs) == 0 {
		return nil, errors.New("--env is missing: say in which environment to select")
	}
	var out []scopeSelection
	for _, env := range s.envs {
		sel := s.scopeSelection
		sel.Env = env
		out = append(out, sel)
	}
	return out, nil
}

// read is the document of --file.
func (s *scopeFlags) read(g *global) (in scopeInput, err error) {
	doc, err := g.readDocument(s.file)
	if err != nil {
		return in, err
	}
	b, err := json.Marshal(doc)
	if err == nil {
		err = json.Unmarshal(b, &in)
	}
	if err != nil {
		return in, fmt.Errorf("%s is no scope: %w", s.file, err)
	}
	return in, nil
}

func scopeCreate(g *global) *cobra.Command {
	var flags scopeFlags
	var comment string
	cmd := &cobra.Command{
		Use:   "create NAME",
		Short: "Name a selection of objects",
		Example: `  calipso scope create moz --env prod --project moz
  calipso scope create gold --env east --env west --tag gold
  calipso scope create mixed --file scope.yaml`,
		Args: cobra.ExactArgs(1),
	}
	flags.add(cmd, &comment)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		in, err := scopeInput{}, error(nil)
		if flags.file != "" {
			in, err = flags.read(g)
		} else {
			in.Select, err = flags.selections()
		}
		if err != nil {
			return err
		}
		in.Name = args[0]
		if comment != "" {
			in.Comment = comment
		}
		return g.sendScope(cmd.Context(), "POST", path("scopes"), in, "is made")
	}
	return cmd
}

func scopeChange(g *global) *cobra.Command {
	var flags scopeFlags
	var comment string
	var without []string
	cmd := &cobra.Command{
		Use:   "change NAME",
		Short: "Change what a scope selects",
		Long: `Change what a scope selects: the entry of each environment given with --env is
replaced or added, that of each given with --without goes; others stay.`,
		Args: cobra.ExactArgs(1),
	}
	flags.add(cmd, &comment)
	cmd.Flags().StringSliceVar(&without, "without", nil, "select nothing of this environment any more")
	cmd.MarkFlagsMutuallyExclusive("file", "without")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if flags.file != "" {
			in, err := flags.read(g)
			if err != nil {
				return err
			}
			in.Name = ""
			if comment != "" {
				in.Comment = comment
			}
			return g.sendScope(cmd.Context(), "PUT", path("scopes", args[0]), in, "is changed")
		}
		news, err := flags.selections()
		if err != nil {
			return err
		}
		if len(news)+len(without) == 0 && !cmd.Flags().Changed("comment") {
			return errors.New("nothing to change: give --env, --without, --comment or --file")
		}
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			var s scopeRow
			if err := c.get(ctx, path("scopes", args[0]), nil, &s); err != nil {
				return err
			}
			in := scopeInput{Comment: s.Comment, Select: slices.DeleteFunc(s.Select, func(sel scopeSelection) bool {
				return slices.Contains(without, sel.Env) || slices.Contains(flags.envs, sel.Env)
			})}
			in.Select = append(in.Select, news...)
			if cmd.Flags().Changed("comment") {
				in.Comment = comment
			}
			return g.putScope(ctx, c, "PUT", path("scopes", args[0]), in, "is changed")
		})
	}
	return cmd
}

func (g *global) sendScope(ctx context.Context, method, at string, in scopeInput, done string) error {
	return g.withClient(ctx, func(ctx context.Context, c *client) error { return g.putScope(ctx, c, method, at, in, done) })
}

func (g *global) putScope(ctx context.Context, c *client, method, at string, in scopeInput, done string) error {
	if in.Select == nil {
		in.Select = []scopeSelection{}
	}
	var s scopeRow
	if err := c.send(ctx, method, at, in, &s); err != nil {
		return err
	}
	if g.json {
		return g.printJSON(s)
	}
	_, err := fmt.Fprintf(g.out, "scope %s %s; what it holds: calipso scope objects %s\n", oneLine(s.Name), done, oneLine(s.Name))
	return err
}
