package openstack

import (
	"context"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"calipso/collect"
	"calipso/graph"
)

// Fetchers are the rows of the scan plan that the APIs serve. The order does
// not matter: each names the parent it runs under, and lists that several need
// are read once.
func (c *Conn) Fetchers() []collect.Fetcher {
	one := func(t ...graph.VertexType) []graph.VertexType { return t }
	return []collect.Fetcher{
		{Name: "openstack.regions", Parent: graph.Root, Yields: one(graph.Region), Fetch: c.regions},
		{Name: "openstack.region_details", Parent: graph.Root, Yields: one(graph.Region), Fetch: c.regionDetails},
		{Name: "openstack.projects", Parent: graph.Root, Yields: one(graph.Project), Fetch: c.projects},
		{Name: "openstack.aggregates", Parent: graph.Region, Yields: one(graph.Aggregate, graph.HostRef), Fetch: c.aggregates},
		{Name: "openstack.availability_zones", Parent: graph.Region, Yields: one(graph.AvailabilityZone), Fetch: c.zones},
		{Name: "openstack.hosts", Parent: graph.Region, Yields: one(graph.Host), Fetch: c.hosts},
		{Name: "openstack.resources", Parent: graph.Region, Yields: one(graph.Host), Fetch: c.resources},
		{Name: "openstack.network_agents", Parent: graph.Region, Yields: one(graph.NetworkAgent), Fetch: c.agents},
		{Name: "openstack.networks", Parent: graph.Region, Yields: one(graph.Network), Fetch: c.networks},
		{Name: "openstack.ports", Parent: graph.Region, Yields: one(graph.Port), Fetch: c.ports},
		{Name: "openstack.routers", Parent: graph.Region, Yields: one(graph.Region), Fetch: c.routers},
		{Name: "openstack.instances", Parent: graph.Region, Yields: one(graph.Instance), Fetch: c.instances},
	}
}

// lister reads some lists at the same time; see gather.
type lister struct {
	into *[]graph.Attrs
	from func(context.Context, string, listing) ([]graph.Attrs, error)
	list listing
}

// gather reads lists of a region at the same time. All of them run to their
// end, since other fetchers want them too; the error is that of the first in
// order that failed.
func gather(ctx context.Context, region string, all ...lister) error {
	errs := make([]error, len(all))
	var g errgroup.Group
	for i, l := range all {
		g.Go(func() error {
			*l.into, errs[i] = l.from(ctx, region, l.list)
			return nil
		})
	}
	_ = g.Wait() // outcomes are in errs
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// newGroup limits what one fetcher starts at a time; the transport limits the
// requests of all.
func newGroup(ctx context.Context) (*errgroup.Group, context.Context) {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	return g, ctx
}

// byID orders vertices, so that equal answers give equal lists whatever order
// the service chose.
func byID(list []*graph.Vertex) []*graph.Vertex {
	slices.SortFunc(list, func(a, b *graph.Vertex) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return list
}

// without copies a record, leaving out some of its members: those that the
// vertex holds itself, and links.
func without(record graph.Attrs, keys ...string) graph.Attrs {
	c := record.Clone()
	for _, k := range append(keys, "id", "name", "links") {
		delete(c, k)
	}
	return c
}

// index makes records findable by one of their members.
func index(records []graph.Attrs, key string) map[string]graph.Attrs {
	m := make(map[string]graph.Attrs, len(records))
	for _, r := range records {
		m[r.String(key)] = r
	}
	return m
}

// inOrder sorts records by the texts of some members, the first one first.
func inOrder(records []graph.Attrs, keys ...string) []graph.Attrs {
	records = slices.Clone(records)
	slices.SortStableFunc(records, func(a, b graph.Attrs) int {
		for _, k := range keys {
			if d := strings.Compare(a.String(k), b.String(k)); d != 0 {
				return d
			}
		}
		return 0
	})
	return records
}

// values is a list of objects as attributes hold it.
func values(records []graph.Attrs) []any {
	out := make([]any, len(records))
	for i, r := range records {
		out[i] = map[string]any(r)
	}
	return out
}

// sortSets orders members that are lists of texts whose order says nothing.
func sortSets(a graph.Attrs, keys ...string) {
	for _, k := range keys {
		if _, ok := a[k].([]any); ok {
			a[k] = texts(slices.Sorted(slices.Values(a.Strings(k))))
		}
	}
}

func texts(list []string) []any {
	out := make([]any, len(list))
	for i, t := range list {
		out[i] = t
	}
	return out
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
