package main

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"calipso/collect/scan"
	"calipso/webapi"
)

// scanAnswer is the API's account of a scan, with the report's type known.
type scanAnswer struct {
	webapi.ScanStatus
	Report *scan.Report `json:"report,omitempty"`
}

func scanCommand(g *global) *cobra.Command {
	var opt webapi.ScanOptions
	var typ string
	cmd := &cobra.Command{
		Use:   "scan ENV",
		Short: "Scan an environment and say what was found and changed",
		Long: `Scan an environment and say what was found and changed.

Exit code 0: complete. 1: saved, but parts failed (named in the output; what they
showed before is kept and marked stale). 2: nothing was saved.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				if typ != "" && opt.ObjectID == "" {
					return fmt.Errorf("--type goes with --id; give the id of the %s to scan", typ)
				}
				return g.scan(ctx, c, args[0], typ, opt)
			})
		},
	}
	f := cmd.Flags()
	f.BoolVar(&opt.Clear, "clear", false, "forget what is known instead of keeping it where a source fails")
	f.BoolVar(&opt.ScanOnlyInventory, "inventory-only", false, "leave the links as they are")
	f.BoolVar(&opt.ScanOnlyLinks, "links-only", false, "derive the links anew, asking no source")
	f.BoolVar(&opt.ScanOnlyCliques, "cliques-only", false, "accepted for old scripts; cliques are computed when asked for")
	f.StringVar(&opt.Snapshot, "snapshot", "", "keep what the scan leaves under this name")
	f.StringVar(&opt.SnapshotKind, "snapshot-kind", "", "what it is for: "+kindList()+" (default manual)")
	f.StringVar(&opt.SnapshotComment, "snapshot-comment", "", "what to say of it")
	f.StringVar((*string)(&opt.ObjectID), "id", "", "scan this object and what hangs under it")
	f.StringVar(&typ, "type", "", "the type of that object, to be sure")
	return cmd
}

func (g *global) scan(ctx context.Context, c *client, env, typ string, opt webapi.ScanOptions) error {
	if typ != "" {
		var o struct {
			Type string `json:"type"`
		}
		if err := c.get(ctx, path("environments", env, "objects", string(opt.ObjectID)), nil, &o); err != nil {
			return err
		}
		if o.Type != typ {
			return fmt.Errorf("object %q is a %s, not a %s", opt.ObjectID, o.Type, typ)
		}
	}
	var s scanAnswer
	if err := c.send(ctx, "POST", path("environments", env, "scans"), opt, &s); err != nil {
		return err
	}
	return g.finish(ctx, c, &s)
}

// finish waits for a scan to end, and tells how it did.
func (g *global) finish(ctx context.Context, c *client, s *scanAnswer) error {
	if s.Place > 1 {
		fmt.Fprintf(g.err, "scan %s is running; yours, %s, is number %d in the queue\n", s.Behind, s.ID, s.Place)
	}
	done, err := g.follow(ctx, c, s)
	if err != nil {
		return err
	}
	if g.json {
		if err := g.printJSON(done); err != nil {
			return err
		}
	} else {
		printScan(g.out, done)
		if done.Snapshot != "" && done.SnapshotError == "" {
			fmt.Fprintf(g.out, "kept as snapshot %s\n", done.Snapshot)
		}
		if done.SavedReport != "" {
			fmt.Fprintf(g.out, "report %s: calipso report show %s %s\n", done.SavedReport, done.Env, done.SavedReport)
		}
	}
	if status := scan.Status(done.Status); done.SnapshotError != "" && (status == scan.Completed || status == scan.CompletedWithErrors) {
		return fmt.Errorf("the scan is saved, but the snapshot %q was not made: %s", done.Snapshot, done.SnapshotError)
	}
	if done.ReportError != "" && done.SnapshotError == "" && done.Counts != nil {
		return fmt.Errorf("the scan is saved, but its report was not made: %s", done.ReportError)
	}
	switch scan.Status(done.Status) {
	case scan.Completed:
		return nil
	case scan.CompletedWithErrors:
		return errNegative
	}
	return fmt.Errorf("scan of %q %s: %s", done.Env, done.Status, done.Error)
}

// follow waits for a scan to end and shows how far it is. An interrupt ends the
// waiting; a scan on a server goes on, one of this process stops with it.
func (g *global) follow(ctx context.Context, c *client, s *scanAnswer) (*scanAnswer, error) {
	show := newProgress(g.err)
	defer show.end()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		var now scanAnswer
		if err := c.get(ctx, path("environments", string(s.Env), "scans", s.ID), url.Values{}, &now); err != nil {
			return nil, err
		}
		show.scan(now.Progress)
		switch scan.Status(now.Status) {
		case scan.Pending, scan.Running:
		default:
			return &now, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}
