package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"calipso/benchmarks/command"
	"calipso/benchmarks/origin"
)

// group is a part of the table that is measured together.
type group struct {
	name    string
	what    string
	measure func(ctx context.Context, w *world) ([]*Row, error)
}

// groups are all parts, in the order of the table.
func groups() []group {
	return []group{
		{"clique", "one clique", cliqueRows},
		{"all", "cliques of all instances", allRows},
		{"walk", "neighbourhood and shortest path", walkRows},
		{"past", "clique and neighbourhood at a past time", pastRows},
		{"load", "first import without search", loadRows},
		{"import", "first import with search", importRows},
		{"increment", "commits into a store", incrementRows},
		{"search", "search", searchRows},
		{"snapshot", "making a snapshot", snapshotRows},
		{"diff", "comparing two states", diffRows},
		{"disk", "room on disk", diskRows},
		{"http", "cliques over HTTP", httpRows},
		{"memory", "memory of an idle server, restart", memoryRows},
		{"readers", "readers while the server is busy", readerRows},
		{"mirror", "keeping a MongoDB in step", mirrorRows},
	}
}

// effortFor is how long is measured at a size.
func effortFor(size string) effort {
	if size == "L" {
		return effort{rounds: 3, least: 200 * time.Millisecond}
	}
	return effort{rounds: 5, least: 200 * time.Millisecond}
}

func main() { command.Main("goals", run, errNotHeld) }

// errNotHeld: with -strict, a goal was not reached.
var errNotHeld = errors.New("a goal is not held")

func run(ctx context.Context, args []string, log io.Writer) error {
	flags := flag.NewFlagSet("goals", flag.ContinueOnError)
	flags.Usage = func() { usage(flags) }
	size := flags.String("size", "S", "S, M or L: 10,000, 100,000 or 1,000,000 objects")
	rows := flags.String("rows", "", "only these groups, with commas between; default: all")
	missing := flags.Bool("missing", false, "only groups that the results of this commit do not have yet")
	out := flags.String("results", "benchmarks/results", "folder that the results go to")
	work := flags.String("work", filepath.Join(os.TempDir(), "calipso-goals"), "folder that data are kept in from one run to the next; may be removed at any time")
	peers := flags.String("peers", "benchmarks/peers", "folder of the module of peers")
	growth := flags.String("growth", "", "measure nothing: draw the growth over the sizes from the last results of each row into this file")
	profiles := flags.String("profiles", "", "folder that a CPU profile of each group goes to (GROUP-SIZE.pprof); they slow what is measured a little")
	strict := flags.Bool("strict", false, "end with 1 if a goal is not held")
	if err := command.Parse(flags, args, log); err != nil {
		return err
	}
	if *growth != "" {
		return drawGrowth(*out, *growth)
	}
	if !slices.Contains(sizeNames, *size) {
		return fmt.Errorf("-size %q is none of %v", *size, sizeNames)
	}
	which, err := chosen(*rows)
	if err != nil {
		return err
	}
	w, err := newWorld(*size, *work, *peers, log)
	if err != nil {
		return err
	}
	held, err := measureAll(ctx, w, profiled(which, w.size, *profiles), *out, *missing)
	err = errors.Join(err, w.close())
	if err == nil && *strict && !held {
		return errNotHeld
	}
	return err
}

func usage(flags *flag.FlagSet) {
	fmt.Fprint(flags.Output(), "goals measures what the program shall reach, each beside its limit in the same run.\n\nFlags:\n")
	flags.PrintDefaults()
	fmt.Fprint(flags.Output(), "\nGroups:\n")
	for _, g := range groups() {
		fmt.Fprintf(flags.Output(), "  %-10s %s\n", g.name, g.what)
	}
}

func chosen(names string) ([]group, error) {
	all := groups()
	if names == "" {
		return all, nil
	}
	var out []group
	for name := range strings.SplitSeq(names, ",") {
		i := slices.IndexFunc(all, func(g group) bool { return g.name == strings.TrimSpace(name) })
		if i < 0 {
			return nil, fmt.Errorf("-rows: there is no group %q; see -help", name)
		}
		out = append(out, all[i])
	}
	return out, nil
}

// measureAll measures groups one after the other and keeps the rows of each as
// soon as it is done. A group that fails does not keep the others from being
// measured.
func measureAll(ctx context.Context, w *world, which []group, dir string, onlyMissing bool) (held bool, err error) {
	here := origin.Here()
	kept, err := openResults(dir, here.Commit)
	if err != nil {
		return false, err
	}
	var failed []error
	held = true
	for _, g := range which {
		if onlyMissing && slices.ContainsFunc(kept.rows, func(r *Row) bool { return r.Size == w.size && r.Group == g.name }) {
			continue
		}
		here = origin.Here()
		begun := time.Now()
		fmt.Fprintf(w.log, "%s: %s, size %s\n", g.name, g.what, w.size)
		rows, err := g.measure(ctx, w)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", g.name, err))
			fmt.Fprintf(w.log, "  failed: %v\n", err)
			continue
		}
		for _, r := range rows {
			r.Size, r.Group, r.Run = w.size, g.name, here
			held = held && (r.Held == nil || *r.Held)
			fmt.Fprintf(w.log, "  %s\n", line(r))
		}
		if err := kept.replace(w.size, g.name, rows); err != nil {
			return false, err
		}
		fmt.Fprintf(w.log, "  (%s)\n", time.Since(begun).Round(100*time.Millisecond))
	}
	fmt.Fprintf(w.log, "kept in %s.txt and .json\n", kept.path)
	return held, errors.Join(failed...)
}
