package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"
)

// importMongo has the server read a MongoDB.
func (g *global) importMongo(ctx context.Context, uri string, o importOptions) error {
	from, err := local(uri, o.inventory)
	if err != nil {
		return err
	}
	return g.withClient(ctx, func(ctx context.Context, c *client) error {
		resp, err := c.inLines(ctx, "/api/v1/import/mongo", struct {
			mongoBody
			Env     string `json:"env,omitempty"`
			Replace bool   `json:"replace"`
			NoUsers bool   `json:"no_users"`
			Wait    bool   `json:"wait"`
		}{from, o.env, o.replace, o.noUsers, c.here() && !o.noWait})
		if err != nil {
			return err
		}
		return g.imported(resp)
	})
}

// inLines sends a request whose answer comes in lines, as work goes on.
func (c *client) inLines(ctx context.Context, path string, body any) (*http.Response, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return c.do(ctx, http.MethodPost, path, "application/json", bytes.NewReader(b), "Accept", "application/x-ndjson")
}

// mongoExportOptions are the flags of an export to a MongoDB.
type mongoExportOptions struct {
	inventory string
	noCliques bool
}

// mongoExportHelp says what an export to a MongoDB does.
const mongoExportHelp = `With mongodb://user:password@host:port/database?options, TARGET is a MongoDB:
collections inventory, links, cliques, … with their indexes, as earlier versions
left them there for other tools. They are filled under other names and take the
places of those that are there all at once, when the last is written. With --env,
documents of other environments stay; without, all environments are exported.`

func mongoFlags(cmd *cobra.Command) *mongoExportOptions {
	o := &mongoExportOptions{}
	cmd.Flags().StringVar(&o.inventory, "inventory", "", "MongoDB: name of the inventory collection, by which those beside it are named (default: inventory)")
	cmd.Flags().BoolVar(&o.noCliques, "no-cliques", false, "MongoDB: leave the collection of cliques as it is")
	return o
}

// exportMongo has the server write to a MongoDB.
func (g *global) exportMongo(ctx context.Context, uri, env, at string, o *mongoExportOptions) error {
	to, err := local(uri, o.inventory)
	if err != nil {
		return err
	}
	path := "/api/v1/export/mongo"
	if env != "" {
		path = "/api/v1/environments/" + url.PathEscape(env) + "/export/mongo"
	}
	return g.withClient(ctx, func(ctx context.Context, c *client) error {
		resp, err := c.inLines(ctx, path, struct {
			mongoBody
			At        string `json:"at,omitempty"`
			NoCliques bool   `json:"no_cliques"`
		}{to, at, o.noCliques})
		if err != nil {
			return err
		}
		return errors.Join(g.written(resp), resp.Body.Close())
	})
}

// written shows how an export goes on, and what it did.
func (g *global) written(resp *http.Response) error {
	phases := newPhaseProgress(g.err)
	rep, err := importAnswer[exportReport](resp.Body, phases.of)
	phases.end()
	if err != nil {
		return err
	}
	if g.json {
		return g.printJSON(rep)
	}
	for _, w := range rep.Warnings {
		fmt.Fprintln(g.out, "warning:", w)
	}
	_, err = fmt.Fprintf(g.out, "exported %v to %s: %d objects, %d links, %d cliques\n",
		rep.Environments, rep.Database, rep.Documents["inventory"], rep.Documents["links"], rep.Documents["cliques"])
	return err
}
