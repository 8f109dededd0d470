package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"calipso/importexport/mongo"
)

// importOptions are the flags of the command.
type importOptions struct {
	env, inventory           string
	replace, noUsers, noWait bool
}

func importCommand(g *global) *cobra.Command {
	var o importOptions
	cmd := &cobra.Command{
		Use:   "import SOURCE",
		Short: "Import environments from a MongoDB, or a folder of <collection>.jsonl files",
		Long: `Import environments from a MongoDB database of an earlier Calipso
(mongodb://user:password@host:port/database?options), or from a folder of
<collection>.jsonl or .json files in MongoDB Extended JSON, as mongoexport writes
them: inventory.jsonl, links.jsonl, environments_config.jsonl, …
Without --replace, documents are added or updated and nothing is removed.

A running server reads the MongoDB itself. Options of the address that name
certificates (tlsCAFile, tlsCertificateKeyFile) mean files on this machine. The
password is kept nowhere.

Accounts come along if you may manage users: with their passwords, which are put
under a better hash at the first login, and their rights. Who is here already stays
as he is.

On a running server the command ends when all is stored, and searches find it a
little later. Without a server it waits for the search index, unless --no-wait is
given: then the next command brings the index up to date.`,
		Example: `  calipso import /tmp/dump
  calipso import mongodb://calipso:s3cret@10.0.0.5:27017/calipso?authSource=admin
  calipso import mongodb://10.0.0.5/calipso --inventory inventory_lab2 --env lab-2 --replace`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if mongo.IsAddress(args[0]) {
				return g.importMongo(cmd.Context(), args[0], o)
			}
			if err := checkFolder(args[0]); err != nil {
				return err
			}
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				return g.doImport(ctx, c, args[0], params("env", o.env, "replace", strconv.FormatBool(o.replace), "inventory", o.inventory,
					"users", strconv.FormatBool(!o.noUsers), "wait", strconv.FormatBool(c.here() && !o.noWait)))
			})
		},
	}
	cmd.Flags().StringVar(&o.env, "env", "", "only this environment")
	cmd.Flags().StringVar(&o.inventory, "inventory", "", "name of the inventory collection, by which those beside it are named (default: inventory)")
	cmd.Flags().BoolVar(&o.replace, "replace", false, "make the imported environments exactly what the source holds")
	cmd.Flags().BoolVar(&o.noUsers, "no-users", false, "leave accounts out")
	cmd.Flags().BoolVar(&o.noWait, "no-wait", false, "without a server: do not wait for the search index")
	return cmd
}

func checkFolder(dir string) error {
	if strings.Contains(dir, "://") {
		return fmt.Errorf("%q: only mongodb:// addresses and folders of <collection>.jsonl files can be read", dir)
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
	return g.imported(resp)
}

// imported shows how an import goes on, and what it did.
func (g *global) imported(resp *http.Response) error {
	defer resp.Body.Close()
	phases := newPhaseProgress(g.err)
	rep, err := importAnswer[importReport](resp.Body, phases.of)
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
