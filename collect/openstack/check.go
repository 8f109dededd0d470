package openstack

import (
	"context"
	"fmt"
	"strings"

	"calipso/collect"
	"calipso/graph"
)

// Test logs in and asks each service that a scan needs for something small
// (rule DIS-25): identity, compute, network, placement, a line for each and
// region.
func (c *Conn) Test(ctx context.Context) []collect.Check {
	at := fmt.Sprintf("%s %s", Section, c.set.identity)
	s, err := c.login(ctx)
	if err != nil {
		return []collect.Check{{Target: at, Err: err}}
	}
	project := s.project.Name
	checks := []collect.Check{{Target: at, Detail: fmt.Sprintf("identity v3, user %s, project %s", s.user, project)}}
	regions, err := c.regions(ctx, &graph.Vertex{Type: graph.Root})
	if err == nil && len(regions) == 0 {
		err = fmt.Errorf("openstack: no region to look at: the catalogue has none of %q", strings.Join(c.set.regions, ", "))
	}
	if err != nil {
		return append(checks, collect.Check{Target: at, Err: err})
	}
	probes := []struct{ service, below string }{ // what scans ask as well
		{"compute", "os-services"}, {"network", "agents?limit=1000"}, {"placement", "resource_providers"},
	}
	results := make([]collect.Check, len(regions)*len(probes))
	g, gctx := newGroup(ctx)
	for i, r := range regions {
		for j, p := range probes {
			g.Go(func() error {
				results[i*len(probes)+j] = c.probe(gctx, s, r.Name, p.service, p.below)
				return nil
			})
		}
	}
	_ = g.Wait() // outcomes are in the results
	return append(checks, results...)
}

// probe asks one service of a region one thing that only administrators may.
func (c *Conn) probe(ctx context.Context, s *session, region, service, below string) collect.Check {
	check := collect.Check{Target: fmt.Sprintf("%s %s %s", Section, region, service)}
	at, err := c.endpoint(s, region, service)
	if err != nil {
		check.Err = err
		return check
	}
	check.Target = fmt.Sprintf("%s %s %s", Section, service, at)
	client, err := c.service(ctx, region, service, newestCompute)
	if err == nil {
		_, err = c.get(ctx, client, client.ServiceURL(below))
	}
	if err != nil {
		check.Err = err
		return check
	}
	check.Detail = "answers, region " + region
	if client.Microversion != "" {
		check.Detail += ", microversion " + client.Microversion
	}
	return check
}
