package openstack

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/gophercloud/gophercloud/v2/pagination"

	"calipso/collect"
	"calipso/graph"
)

// listing is one list of one service.
type listing struct {
	service string // type in the catalogue
	path    string // below the service's URL, with its query
	key     string // member of the answer that holds the entries
	newest  string // compute microversion; empty: newestCompute
	whole   string // member that only a complete record has; empty: all are
}

// The lists of a scan. limit is given where services page by it; compute
// refuses unknown query members, so only there.
var (
	listProjects    = listing{service: "identity", path: "projects?enabled=true", key: "projects"}
	listRegions     = listing{service: "identity", path: "regions", key: "regions"}
	listServices    = listing{service: "compute", path: "os-services", key: "services", whole: "zone"}
	listZones       = listing{service: "compute", path: "os-availability-zone/detail", key: "availabilityZoneInfo"}
	listAggregates  = listing{service: "compute", path: "os-aggregates", key: "aggregates"}
	listHypervisors = listing{service: "compute", path: "os-hypervisors/detail", key: "hypervisors", newest: newestHypervisors}
	listServers     = listing{service: "compute", path: "servers/detail?all_tenants=1&limit=1000", key: "servers",
		whole: "OS-EXT-SRV-ATTR:host"}
	listNetworks    = listing{service: "network", path: "networks?limit=1000", key: "networks"}
	listSubnets     = listing{service: "network", path: "subnets?limit=1000", key: "subnets"}
	listPorts       = listing{service: "network", path: "ports?limit=1000", key: "ports"}
	listRouters     = listing{service: "network", path: "routers?limit=1000", key: "routers"}
	listFloatingIPs = listing{service: "network", path: "floatingips?limit=1000", key: "floatingips"}
	listTrunks      = listing{service: "network", path: "trunks?limit=1000", key: "trunks"}
	listAgents      = listing{service: "network", path: "agents?limit=1000", key: "agents"}
	listProviders   = listing{service: "placement", path: "resource_providers", key: "resource_providers"}
)

// list reads all pages of a list, once per Conn. The entries are shared: they
// are to be read, not changed.
//
// Errors: *collect.StatusError, *collect.ParseError, collect.ErrUnreachable.
func (c *Conn) list(ctx context.Context, region string, l listing) ([]graph.Attrs, error) {
	return c.lists.get(ctx, region+" "+l.service+" "+l.path, func(ctx context.Context) ([]graph.Attrs, error) {
		return c.pages(ctx, region, l)
	})
}

// optional is list for what only decorates other facts: a service that has no
// such list (404), or does not let us read it, gives nothing.
func (c *Conn) optional(ctx context.Context, region string, l listing) ([]graph.Attrs, error) {
	entries, err := c.list(ctx, region, l)
	if absent(err) || errors.Is(err, collect.ErrAuth) {
		c.log.Debug("list left out", "service", l.service, "list", l.key, "err", err)
		return nil, nil
	}
	return entries, err
}

// absent tells whether a service answered that it has no such thing.
func absent(err error) bool {
	status := new(collect.StatusError)
	return errors.As(err, &status) && status.Status == http.StatusNotFound
}

func (c *Conn) pages(ctx context.Context, region string, l listing) ([]graph.Attrs, error) {
	newest := l.newest
	if newest == "" {
		newest = newestCompute
	}
	client, err := c.service(ctx, region, l.service, newest)
	if err != nil {
		return nil, err
	}
	at := client.ServiceURL(l.path)
	if l.key == "hypervisors" && atLeast(client.Microversion, "2.33") {
		at += "?limit=1000"
	}
	op := "GET " + pathOf(at)
	ctx, cancel := c.alive(withService(ctx, l.service))
	defer cancel()
	var out []graph.Attrs
	seen := map[string]bool{}
	pager := pagination.NewPager(client, at, func(r pagination.PageResult) pagination.Page {
		return &page{PageResult: r, list: l, source: l.service + ": " + op, seen: seen}
	})
	err = pager.EachPage(ctx, func(_ context.Context, p pagination.Page) (bool, error) {
		entries, err := p.(*page).entries()
		out = append(out, entries...)
		return true, err
	})
	if err != nil {
		return nil, explain(ctx, l.service, op, hostOf(at), err)
	}
	return out, l.complete(out, op, c.set.who())
}

// complete refuses a list with records in part. Nova sends such for a cell
// that does not answer (status UNKNOWN), and to those who may not see hosts:
// taken at their word they would empty the hosts.
func (l listing) complete(records []graph.Attrs, op, who string) error {
	if l.whole == "" {
		return nil
	}
	for _, r := range records {
		if _, ok := r[l.whole]; ok {
			continue
		}
		if r.String("status") == "UNKNOWN" {
			return fmt.Errorf("openstack: %s: %s: a cell is %w: %s is known in part only", l.service, op, collect.ErrUnreachable, idText(r["id"]))
		}
		return fmt.Errorf("openstack: %s: %s: %w: %s is not shown to %s", l.service, op, collect.ErrAuth, l.whole, who)
	}
	return nil
}
