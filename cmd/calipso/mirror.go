package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"calipso/configs"
	"calipso/graph"
	"calipso/importexport/mirror"
	"calipso/importexport/mongo"
	"calipso/webapi"
)

// mirrorFile is what the server remembers of the MongoDB, in the folder of its
// state.
const mirrorFile = "mirror.json"

// mirrored is a MongoDB that is kept in step, as the API asks for it.
type mirrored struct {
	*mirror.Mirror
	sink *mirror.Server
}

// newMirror makes the mirror that the configuration wants; nil: none.
func newMirror(c configs.Mongo, store *graph.Store, stateDir string, log *slog.Logger) (*mirrored, error) {
	if c.URI.IsZero() {
		return nil, nil
	}
	at, err := mongo.Local(c.URI.Reveal())
	if err != nil {
		return nil, fmt.Errorf("mongo.uri: %w", err)
	}
	sink, err := mirror.NewServer(at, c.Inventory)
	if err != nil {
		return nil, fmt.Errorf("mongo.uri: %w", err)
	}
	opt := mirror.Options{NoCliques: !c.Cliques, File: filepath.Join(stateDir, mirrorFile), Version: version, Log: log}
	for _, env := range c.Environments {
		opt.Environments = append(opt.Environments, graph.EnvID(env))
	}
	return &mirrored{mirror.New(store, sink, opt), sink}, nil
}

// served is the mirror for the API, which knows none as nil.
func (m *mirrored) served() webapi.Mirror {
	if m == nil {
		return nil
	}
	return m
}

// run keeps the MongoDB in step until ctx ends, if there is one.
func (m *mirrored) run(ctx context.Context) error {
	if m == nil {
		return nil
	}
	return m.Run(ctx)
}

// Status implements webapi.Mirror.
func (m *mirrored) Status(ctx context.Context) (*webapi.MirrorStatus, error) {
	s, err := m.Mirror.Status(ctx)
	if err != nil {
		return nil, err
	}
	out := &webapi.MirrorStatus{
		State: string(s.Phase), MongoDB: s.Sink, Commits: s.Commits, Lag: s.Lag.Seconds(), Synced: s.Synced,
		Written: s.Written, Removed: s.Removed, Bytes: s.Bytes, Failed: s.Failed, Failing: s.Failures, Envs: []webapi.MirrorPosition{},
	}
	if s.Err != nil {
		out.Error = plain(s.Err)
	}
	for _, p := range s.Environments {
		out.Envs = append(out.Envs, webapi.MirrorPosition{Env: p.Env, At: given(p.At), Last: given(p.Last), Commits: p.Commits, Lag: p.Lag.Seconds()})
	}
	return out, nil
}

// given leaves Now out.
func given(t graph.Time) *graph.Time {
	if t == graph.Now {
		return nil
	}
	return &t
}

func mirrorCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "mirror",
		Short: "Mirror: a MongoDB that a running server keeps in step",
		Long: `Mirror: a MongoDB that a running server keeps in step, for tools that read the
documented collections. It is named in the configuration (mongo.uri).`,
	}
	cmd.AddCommand(mirrorStatus(g), mirrorRebuild(g))
	return cmd
}

func mirrorStatus(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show how far the MongoDB is; ends with 1 if it cannot be written",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				var s webapi.MirrorStatus
				if err := c.get(ctx, path("mirror"), nil, &s); err != nil {
					return err
				}
				if err := g.printMirror(&s); err != nil {
					return err
				}
				if s.Error != "" {
					return errNegative
				}
				return nil
			})
		},
	}
}

func (g *global) printMirror(s *webapi.MirrorStatus) error {
	if g.json {
		return g.printJSON(s)
	}
	if s.State == "off" {
		fmt.Fprintln(g.out, "off: no MongoDB is configured (mongo.uri)")
		return nil
	}
	fmt.Fprintf(g.out, "%s: %s\n", s.MongoDB, s.State)
	if s.Error != "" {
		fmt.Fprintf(g.out, "the last try failed at %s: %s\n", s.Failed.Format(time.RFC3339), oneLine(s.Error))
	}
	if s.Commits > 0 {
		fmt.Fprintf(g.out, "%d commits are not there yet, the oldest is %s old\n", s.Commits, time.Duration(s.Lag*float64(time.Second)).Round(time.Millisecond))
	}
	fmt.Fprintf(g.out, "%d documents written and %d removed since the server started (%d bytes)\n", s.Written, s.Removed, s.Bytes)
	if len(s.Envs) == 0 {
		return nil
	}
	t := newTable(g.out, "environment", "documents of", "commits missing")
	for _, p := range s.Envs {
		name, at := oneLine(string(p.Env)), "being copied"
		if name == "" {
			name = "(none)"
		}
		if p.At != nil {
			at = p.At.String()
		}
		t.AppendRow([]any{name, at, p.Commits})
	}
	t.Render()
	return nil
}

func mirrorRebuild(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "rebuild",
		Short: "Compare every document with the MongoDB's, and replace what others wrote there",
		Long: `Compare every document with the MongoDB's and write what differs. Documents of
the mirrored collections that this server did not write are removed: this is also
how a MongoDB is taken over that holds some. It is done by the running server, or
by the next one.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				if err := c.send(ctx, "POST", path("mirror", "rebuild"), nil, nil); err != nil {
					return err
				}
				if g.json {
					return g.printJSON(map[string]bool{"asked": true})
				}
				fmt.Fprintln(g.out, "every document is going to be compared; calipso mirror status tells how far that is")
				return nil
			})
		},
	}
}
