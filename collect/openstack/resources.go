package openstack

import (
	"context"
	"strings"

	"calipso/graph"
)

// resources adds to each compute host what it has to give and what of it is
// used.
//
// Source: Placement: GET /resource_providers, then inventories and usages of
// each; /v2.1/os-hypervisors/detail for the hosts.
// Attributes: resources, a list of {class, total, reserved, allocation_ratio,
// used} in the units of the class (MEMORY_MB, DISK_GB, VCPU, …), with provider
// for those of a provider below the host's own (a NUMA cell, a bridge).
// Errors: those of list. A provider that goes away meanwhile is left out.
func (c *Conn) resources(ctx context.Context, region *graph.Vertex) ([]*graph.Vertex, error) {
	var providers, hypervisors []graph.Attrs
	err := gather(ctx, region.Name, lister{&providers, c.list, listProviders}, lister{&hypervisors, c.list, listHypervisors})
	if err != nil {
		return nil, err
	}
	hosts := providerHosts(hypervisors)
	providers = inOrder(providers, "name", "uuid")
	found := make([][]any, len(providers)) // by provider
	owners := make([]string, len(providers))
	g, gctx := newGroup(ctx)
	for i, p := range providers {
		root := p.String("root_provider_uuid")
		if root == "" {
			root = p.String("uuid")
		}
		owners[i] = hosts[root]
		if owners[i] == "" {
			owners[i] = hosts[p.String("name")]
		}
		if owners[i] == "" {
			c.log.Debug("resource provider of no host", "object", p.String("name"))
			continue
		}
		g.Go(func() (err error) {
			found[i], err = c.inventory(gctx, region.Name, p, root != p.String("uuid"))
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	byHost := map[string][]any{}
	for i, host := range owners {
		if found[i] != nil {
			byHost[host] = append(byHost[host], found[i]...)
		}
	}
	var out []*graph.Vertex
	for _, host := range sorted(byHost) {
		id := host
		if to, ok := c.set.aliases[host]; ok {
			id = to
		}
		out = append(out, &graph.Vertex{
			ID: graph.ID(id), Type: graph.Host, Name: id, Host: id, Attrs: graph.Attrs{"resources": byHost[host]},
		})
	}
	return byID(out), nil
}

// providerHosts maps the uuids and names of root providers to hosts: they are
// those of the hypervisors.
func providerHosts(hypervisors []graph.Attrs) map[string]string {
	hosts := map[string]string{}
	for _, h := range hypervisors {
		if h.String("hypervisor_type") == "ironic" {
			continue
		}
		hosts[idText(h["id"])] = hypervisorHost(h)
		hosts[h.String("hypervisor_hostname")] = hypervisorHost(h)
	}
	delete(hosts, "")
	return hosts
}

// inventory reads one provider's classes, by name.
func (c *Conn) inventory(ctx context.Context, region string, provider graph.Attrs, nested bool) ([]any, error) {
	var totals, used graph.Attrs
	for _, part := range []struct {
		into *graph.Attrs
		name string
	}{{&totals, "inventories"}, {&used, "usages"}} {
		answer, err := c.object(ctx, region, "placement", strings.Join([]string{"resource_providers", provider.String("uuid"), part.name}, "/"))
		if absent(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		*part.into = answer.Map(part.name)
	}
	var out []any
	for _, class := range sorted(totals) {
		t := totals.Map(class)
		r := map[string]any{
			"class": class, "total": t["total"], "reserved": t["reserved"],
			"allocation_ratio": ratio(t["allocation_ratio"]), "used": used.Int(class),
		}
		if nested {
			r["provider"] = provider.String("name")
		}
		out = append(out, r)
	}
	return out, nil
}

// ratio is a number as float64: Placement writes 16.0 and 16 alike.
func ratio(v any) any {
	if n, ok := v.(int64); ok {
		return float64(n)
	}
	return v
}
