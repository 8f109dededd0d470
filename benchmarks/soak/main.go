package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"calipso/benchmarks/command"
	"calipso/benchmarks/origin"
)

func main() { command.Main("soak", run, errGrows) }

// errGrows: something did not level off.
var errGrows = errors.New("something keeps growing")

func run(ctx context.Context, args []string, log io.Writer) error {
	flags := flag.NewFlagSet("soak", flag.ContinueOnError)
	length := flags.Duration("time", 30*time.Minute, "how long; at least a minute")
	every := flags.Duration("every", 10*time.Second, "how often is looked")
	objects := flags.Int("objects", 10_000, "about how many objects the larger cloud has")
	out := flags.String("results", "benchmarks/results", "folder that the results go to")
	if err := command.Parse(flags, args, log); err != nil {
		return err
	}
	if *length < time.Minute || *every <= 0 || *every > *length/6 {
		return fmt.Errorf("-time %s with -every %s leaves too little to look at", *length, *every)
	}
	dir, err := os.MkdirTemp("", "calipso-soak-")
	if err != nil {
		return err
	}
	defer func() {
		if err := os.RemoveAll(dir); err != nil {
			fmt.Fprintln(log, "soak:", err)
		}
	}()
	r := &report{Run: origin.Here(), Objects: *objects, Length: *length}
	runErr := soak(ctx, dir, *objects, *length, *every, r, log)
	if len(r.Samples) == 0 {
		return runErr
	}
	r.judge()
	if err := r.keep(filepath.Join(*out, r.Commit+"-soak")); err != nil {
		return errors.Join(runErr, err)
	}
	fmt.Fprintf(log, "\n%s\nkept in %s.txt and .json\n", r.verdict(), filepath.Join(*out, r.Commit+"-soak"))
	if runErr == nil && !r.Level {
		return errGrows
	}
	return runErr
}
