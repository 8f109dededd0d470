// Calipso shows how a private cloud's virtual network hangs together: it scans
// OpenStack, keeps what it finds as a graph in time, and answers what a thing
// is connected to.
//
// Run "calipso help" for the commands. Exit codes: 0 done, 1 negative answer
// (differences found, a check failed, a scan with errors), 2 usage or error.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// version is set by the build (-ldflags "-X main.version=…").
var version = "dev"

// Exit codes of the contract.
const (
	exitDone     = 0
	exitNegative = 1
	exitError    = 2
)

// errNegative ends a command whose answer is no; what there is to say has been
// printed.
var errNegative = errors.New("negative answer")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program over given streams.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer) int {
	g := &global{in: in, out: out, err: errOut}
	root := newRoot(g)
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errNegative):
		return exitNegative
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(errOut, "calipso: interrupted")
		return exitError
	}
	fmt.Fprintln(errOut, "calipso:", plain(err))
	return exitError
}

// plain is an error in one line.
func plain(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

func newRoot(g *global) *cobra.Command {
	root := &cobra.Command{
		Use:   "calipso",
		Short: "See how a private cloud's virtual network hangs together",
		Long: `Calipso discovers the virtual network of a private cloud from OpenStack's APIs
and from its hosts, keeps it as a graph in time, and answers: what is this, what
is it connected to, what changed.

A command works on a running server if --server (or CALIPSO_SERVER) names one or
if one holds the data directory; else on the data directory itself.`,
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	f := root.PersistentFlags()
	f.StringVar(&g.server, "server", os.Getenv("CALIPSO_SERVER"), "URL of a running server")
	f.StringVar(&g.token, "token", os.Getenv("CALIPSO_TOKEN"), "API token for --server (better: --token-file or CALIPSO_TOKEN)")
	f.StringVar(&g.tokenFile, "token-file", "", "file that holds the API token")
	f.StringVar(&g.dataDir, "data-dir", "", "where everything is kept (default: see config print)")
	f.StringVar(&g.configFile, "config", os.Getenv("CALIPSO_CONFIG"), "configuration file (YAML)")
	f.StringVar(&g.logLevel, "log-level", "", "debug, info, warn or error")
	f.BoolVar(&g.json, "json", false, "print results as JSON")
	root.AddCommand(
		serveCommand(g), demoCommand(g), envCommand(g), scanCommand(g), scansCommand(g), scheduleCommand(g),
		searchCommand(g), showCommand(g), historyCommand(g), snapshotCommand(g), retentionCommand(g), mirrorCommand(g), scopeCommand(g), cliqueCommand(g), neighborsCommand(g), pathCommand(g), diffCommand(g), healthCommand(g), reportCommand(g),
		cliqueTypes.command(g, "clique-type"), cliqueConstraints.command(g, "constraint"), linkTypes.command(g, "link-type"), constantCommand(g), messageCommand(g),
		importCommand(g), exportCommand(g), backupCommand(g), restoreCommand(g), userCommand(g), roleCommand(g), tokenCommand(g), auditCommand(g), configCommand(g), versionCommand(g),
	)
	return root
}
