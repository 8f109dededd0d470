package openstack

import (
	"context"
	"strings"

	"calipso/graph"
)

// haNetwork starts the name of the network that Neutron makes for the routers
// of a project with more than one place; the project's id ends it.
const haNetwork = "HA network tenant "

// networks lists the networks with their subnets (rule DIS-44).
//
// Source: GET /v2.0/networks, /v2.0/subnets; /v3/projects for names.
// Attributes: Neutron's record; network (its own id), project (name, if
// known), project_id, subnets (list of Neutron's records), subnet_ids, cidrs,
// all three in the order of the subnets' ids; text "HA net" for the networks
// of routers with several places.
// Parent: the project, also where that is one of the services' own. A network
// of no project is the administrator's.
// Errors: those of list.
func (c *Conn) networks(ctx context.Context, region *graph.Vertex) ([]*graph.Vertex, error) {
	var records, subnets []graph.Attrs
	err := gather(ctx, region.Name, lister{&records, c.list, listNetworks}, lister{&subnets, c.list, listSubnets})
	if err != nil {
		return nil, err
	}
	projects, err := c.projectNames(ctx)
	if err != nil {
		return nil, err
	}
	s, err := c.login(ctx)
	if err != nil {
		return nil, err
	}
	byNetwork := map[string][]graph.Attrs{}
	for _, sub := range inOrder(subnets, "id") {
		byNetwork[sub.String("network_id")] = append(byNetwork[sub.String("network_id")], sub)
	}
	var out []*graph.Vertex
	for _, r := range records {
		id, name := r.String("id"), r.String("name")
		attrs := without(r)
		sortSets(attrs, "availability_zones", "availability_zone_hints", "tags")
		project := projectOf(r)
		if strings.HasPrefix(name, haNetwork) {
			attrs["text"] = "HA net"
			if project == "" {
				project = strings.TrimPrefix(name, haNetwork)
			}
		}
		if project == "" {
			project = s.project.ID
		}
		setProject(attrs, project, projects)
		attrs["network"] = id
		list, ids, cidrs := []any{}, []any{}, []any{}
		for _, sub := range byNetwork[id] {
			sub = sub.Clone()
			sortSets(sub, "tags", "service_types")
			list = append(list, map[string]any(sub))
			ids = append(ids, sub["id"])
			cidrs = append(cidrs, sub["cidr"])
		}
		attrs["subnets"], attrs["subnet_ids"], attrs["cidrs"] = list, ids, cidrs
		out = append(out, &graph.Vertex{
			ID: graph.ID(id), Type: graph.Network, Name: name, Parent: graph.ID(project), Attrs: attrs,
		})
	}
	return byID(out), nil
}

// setProject states the project of a Neutron thing in both spellings, and its
// name if that is known.
func setProject(attrs graph.Attrs, project string, names map[string]string) {
	if project == "" {
		return
	}
	attrs["project_id"], attrs["tenant_id"] = project, project
	if name := names[project]; name != "" {
		attrs["project"] = name
	}
}
