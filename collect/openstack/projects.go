package openstack

import (
	"context"
	"errors"

	"calipso/collect"
	"calipso/graph"
)

// projects lists the enabled projects, without those of the services
// themselves (rule DIS-41).
//
// Source: GET /v3/projects?enabled=true, once for all regions.
// Attributes: Keystone's record; its parent_id as parent_domain_id, since
// parent_id is ours.
// Errors: those of list.
func (c *Conn) projects(ctx context.Context, _ *graph.Vertex) ([]*graph.Vertex, error) {
	records, err := c.list(ctx, "", listProjects)
	if err != nil {
		return nil, err
	}
	var out []*graph.Vertex
	for _, r := range records {
		name := r.String("name")
		if name == "service" || name == "services" {
			continue
		}
		attrs := without(r, "parent_id")
		attrs["parent_domain_id"] = r["parent_id"]
		sortSets(attrs, "tags")
		out = append(out, &graph.Vertex{ID: graph.ID(r.String("id")), Type: graph.Project, Name: name, Attrs: attrs})
	}
	return byID(out), nil
}

// projectNames are the names of all projects by id, the services' own among
// them. Who may not list projects gets the one logged in to: names only
// decorate what belongs to a project.
func (c *Conn) projectNames(ctx context.Context) (map[string]string, error) {
	s, err := c.login(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{s.project.ID: s.project.Name}
	records, err := c.list(ctx, "", listProjects)
	if err != nil && !errors.Is(err, collect.ErrAuth) {
		return nil, err
	}
	for _, r := range records {
		names[r.String("id")] = r.String("name")
	}
	delete(names, "")
	return names, nil
}

// projectOf is the id of the project a Neutron record belongs to: project_id,
// else the older tenant_id.
func projectOf(record graph.Attrs) string {
	if id := record.String("project_id"); id != "" {
		return id
	}
	return record.String("tenant_id")
}
