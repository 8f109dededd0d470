// Package command is what the measuring programs have in common: how they are
// called and how they end.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Main runs a program until it is done or interrupted and ends the process: with
// 0, with 1 if the error is no, which is a negative answer, with 2 for any other.
func Main(name string, run func(ctx context.Context, args []string, log io.Writer) error, no error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stderr)
	stop()
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case errors.Is(err, no):
		os.Exit(1)
	default:
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(2)
	}
}

// Parse reads the flags of a program that takes nothing else.
//
// Errors: flag.ErrHelp after the help was shown.
func Parse(flags *flag.FlagSet, args []string, log io.Writer) error {
	flags.SetOutput(log)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("argument %q is none that is known; see -help", flags.Arg(0))
	}
	return nil
}
