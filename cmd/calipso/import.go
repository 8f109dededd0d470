package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"calipso/webapi"
)

func importCommand(g *global) *cobra.Command {
	var env string
	var replace, noWait bool
	cmd := &cobra.Command{
		Use:   "import FOLDER",
		Short: "Import environments from a folder of <collection>.jsonl files",
		Long: `Import environments from a folder of <collection>.jsonl files in MongoDB Extended
JSON, as mongoexport writes them: inventory.jsonl, links.jsonl, environments_config.jsonl, …
Without --replace, documents are added or updated and nothing is removed.

On a running server the command ends when all is stored, and searches find it a
little later. Without a server it waits for the search index, unless --no-wait is
given: then the next command brings the index up to date.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFolder(args[0]); err != nil {
				return err
			}
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				return g.doImport(ctx, c, args[0], params("env", env, "replace", strconv.FormatBool(replace), "wait", strconv.FormatBool(c.here() && !noWait)))
			})
		},
	}
	cmd.Flags().StringVar(&env, "env", "", "only this environment")
	cmd.Flags().BoolVar(&replace, "replace", false, "make the imported environments exactly what the folder holds")
	cmd.Flags().BoolVar(&noWait, "no-wait", false, "without a server: do not wait for the search index")
	return cmd
}

func checkFolder(dir string) error {
	if strings.Contains(dir, "://") {
		return fmt.Errorf("%q: only folders of <collection>.jsonl files can be read; make one with mongoexport", dir)
	}
	files, err := documents(dir)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%s holds no <collection>.jsonl file", dir)
	}
	return nil
}

func (g *global) doImport(ctx context.Context, c *client, dir string, q url.Values) error {
	r, w := io.Pipe()
	size := folderSize(dir)
	go func() { w.CloseWithError(pack(dir, w)) }() // ends when the request has read, or given up, the pipe
	show := newTransferProgress(g.err, "sending", size)
	resp, err := c.do(ctx, "POST", "/api/v1/import?"+q.Encode(), "application/x-tar", show.reader(r), "Accept", "application/x-ndjson")
	show.end()
	if err != nil {
		return errors.Join(err, r.Close())
	}
	defer resp.Body.Close()
	phases := newPhaseProgress(g.err)
	rep, err := importAnswer(resp.Body, func(p webapi.ImportProgress) {
		done, total := p.Bytes, p.Total
		if p.ToIndex > 0 {
			done, total = p.Indexed, p.ToIndex
		}
		phases.show(p.Phase, done, total, importText(p))
	})
	phases.end()
	if err != nil {
		return err
	}
	if g.json {
		return g.printJSON(rep)
	}
	for _, n := range rep.Notes {
		fmt.Fprintln(g.out, "note:", n)
	}
	for _, n := range rep.Warnings {
		fmt.Fprintln(g.out, "warning:", n)
	}
	_, err = fmt.Fprintf(g.out, "imported %v: %d added, %d changed, %d removed\n", rep.Environments, rep.Added, rep.Changed, rep.Removed)
	return err
}

func folderSize(dir string) int64 {
	files, err := documents(dir)
	if err != nil {
		return 0 // the import will say so
	}
	var n int64
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			n += info.Size()
		}
	}
	return n
}
