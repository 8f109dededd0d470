package openstack

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"calipso/collect"
	"calipso/graph"
)

// The microversions that are asked for. Compute gets the highest the server
// offers up to these: above 2.87 hypervisors come without numbers; a network's
// API has none; Placement tells providers' roots from 1.14 on.
const (
	newestCompute     = "2.90"
	newestHypervisors = "2.87"
	placementVersion  = "1.14"
)

// service is a client for a service of a region, speaking at most the given
// compute microversion.
func (c *Conn) service(ctx context.Context, region, kind, newest string) (*gophercloud.ServiceClient, error) {
	s, err := c.login(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.fresh(ctx); err != nil {
		return nil, explain(ctx, "identity", "POST "+c.set.identity.Path+"auth/tokens", c.set.identity.Host, err)
	}
	at, err := c.endpoint(s, region, kind)
	if err != nil {
		return nil, err
	}
	client := &gophercloud.ServiceClient{ProviderClient: s.client, Endpoint: at, Type: kind}
	switch kind {
	case "network":
		if path.Base(strings.TrimRight(at, "/")) != "v2.0" {
			client.ResourceBase = at + "v2.0/"
		}
	case "placement":
		client.Microversion = placementVersion
	case "compute":
		offered, err := c.microversion(ctx, client)
		if err != nil {
			return nil, err
		}
		client.Microversion = lower(offered, newest)
	}
	return client, nil
}

// get reads one answer whole.
func (c *Conn) get(ctx context.Context, client *gophercloud.ServiceClient, at string) ([]byte, error) {
	ctx, cancel := c.alive(withService(ctx, client.Type))
	defer cancel()
	resp, err := client.Get(ctx, at, nil, &gophercloud.RequestOpts{KeepResponseBody: true, OkCodes: []int{200, 300}})
	if err != nil {
		return nil, explain(ctx, client.Type, "GET "+pathOf(at), hostOf(at), err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("openstack: answer: %w", err)
	}
	return body, nil
}

// object reads one JSON object of a service.
func (c *Conn) object(ctx context.Context, region, kind, below string) (graph.Attrs, error) {
	client, err := c.service(ctx, region, kind, newestCompute)
	if err != nil {
		return nil, err
	}
	at := client.ServiceURL(below)
	body, err := c.get(ctx, client, at)
	if err != nil {
		return nil, err
	}
	answer, err := graph.ParseJSON(body)
	if err != nil {
		return nil, fmt.Errorf("openstack: %w", &collect.ParseError{Source: kind + ": GET " + pathOf(at), Reason: notJSON(err)})
	}
	return answer, nil
}

func hostOf(at string) string {
	if u, err := url.Parse(at); err == nil {
		return u.Host
	}
	return ""
}

func pathOf(at string) string {
	if u, err := url.Parse(at); err == nil {
		return u.Path
	}
	return ""
}
