package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"calipso/importexport/mongo"
)

func exportCommand(g *global) *cobra.Command {
	var env string
	cmd := &cobra.Command{
		Use:   "export TARGET",
		Short: "Export to a folder of <collection>.jsonl files, or to a MongoDB",
		Long: `Export an environment to a new folder of <collection>.jsonl files in MongoDB
Extended JSON, as mongoimport reads them. Secrets are not exported.

` + mongoExportHelp,
		Args: cobra.ExactArgs(1),
	}
	at := atFlag(cmd)
	into := mongoFlags(cmd)
	cmd.Flags().StringVar(&env, "env", "", "which environment; may be left out if there is only one")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if mongo.IsAddress(args[0]) {
			return g.exportMongo(cmd.Context(), args[0], env, *at, into)
		}
		if strings.Contains(args[0], "://") {
			return fmt.Errorf("%q: only mongodb:// addresses and folders of <collection>.jsonl files can be written", args[0])
		}
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			return g.doExport(ctx, c, args[0], env, *at)
		})
	}
	return cmd
}

// doExport writes into a folder beside the wanted one and renames it at the
// end, so that a folder that is there is complete.
func (g *global) doExport(ctx context.Context, c *client, dir, env, at string) (err error) {
	if env == "" {
		if env, err = onlyEnvironment(ctx, c); err != nil {
			return err
		}
	}
	if files, err := os.ReadDir(dir); err == nil && len(files) > 0 {
		return fmt.Errorf("%s is not empty; name a new folder", dir)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	part := filepath.Clean(dir) + ".part"
	if err := os.MkdirAll(part, 0o700); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(part))
		}
	}()
	to := "/api/v1/environments/" + url.PathEscape(env) + "/export"
	if at != "" {
		to += "?" + params("at", at).Encode()
	}
	resp, err := c.do(ctx, "GET", to, "", nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	show := newTransferProgress(g.err, "exporting", 0)
	err = unpack(show.reader(resp.Body), part)
	show.end()
	if err != nil {
		return fmt.Errorf("the export broke off: %w", err)
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(part, dir); err != nil {
		return err
	}
	_, err = fmt.Fprintf(g.out, "environment %s is in %s\n", env, dir)
	return err
}

func onlyEnvironment(ctx context.Context, c *client) (string, error) {
	envs, err := listAll[envSummary](ctx, c, path("environments"), nil)
	if err != nil {
		return "", err
	}
	if len(envs) != 1 {
		return "", fmt.Errorf("there are %d environments; name one with --env", len(envs))
	}
	return envs[0].Name, nil
}
