package enrich

import (
	"fmt"
	"regexp"

	"calipso/graph"
)

// haNetwork is how Neutron names the network between the routers of a project;
// such a network states no project of its own.
var haNetwork = regexp.MustCompile(`^HA network tenant ([0-9A-Za-z-]+)$`)

// projects settles to whom networks and ports belong: a network hangs under
// its project, both carry the project's name, and a project that Keystone does
// not show (a service project, one that was deleted) gets a placeholder, so
// that its networks are not lost (rule DIS-44).
func projects(_ *graph.Environment, g *graph.Draft) []Finding {
	old := map[graph.ID]bool{}
	for _, p := range g.Of(graph.Project) {
		if _, keystone := p.Attrs["domain_id"]; keystone {
			set(p, "placeholder", nil)
		}
		if p.Attrs.Bool("placeholder") {
			old[p.ID] = true
		}
	}
	var out []Finding
	need := map[graph.ID]bool{}
	for _, n := range g.Of(graph.Network) {
		id := networkProject(n)
		if id == "" {
			out = append(out, warn(n.ID, "the network names no project"))
			continue
		}
		if p := g.Get(id); p == nil || p.Attrs.Bool("placeholder") {
			if p == nil {
				p = &graph.Vertex{ID: id, Type: graph.Project, Name: string(id), Attrs: graph.Attrs{"placeholder": true}}
				if name := n.Attrs.String("project"); name != "" {
					p.Name = name // hidden from the list of projects, yet known
				}
				g.Put(p)
			}
			if !need[id] && p.Name == string(id) {
				out = append(out, warn(id, fmt.Sprintf("project %q is not known to Keystone, a placeholder stands for it", id)))
			}
			need[id] = true
		}
		n.Parent = id
		set(n, "project", g.Get(id).Text())
	}
	for id := range old {
		if !need[id] {
			g.Delete(id)
		}
	}
	owners := portOwners(g)
	for _, p := range g.Of(graph.Port) {
		id := projectID(p.Attrs)
		if id == "" {
			id = owners[p.Attrs.String("device_id")]
		}
		if owner := g.Get(graph.ID(id)); owner != nil && owner.Type == graph.Project {
			set(p, "project", owner.Text())
		}
	}
	return out
}

// networkProject is the project that a network hangs under; empty if neither
// the network nor its name tells.
func networkProject(n *graph.Vertex) graph.ID {
	if id := projectID(n.Attrs); id != "" {
		return graph.ID(id)
	}
	if m := haNetwork.FindStringSubmatch(n.Name); m != nil {
		return graph.ID(m[1])
	}
	return ""
}

func projectID(a graph.Attrs) string {
	if id := a.String("project_id"); id != "" {
		return id
	}
	return a.String("tenant_id")
}

// portOwners gives the project of each router and floating address by its id:
// their ports state none.
func portOwners(g *graph.Draft) map[string]string {
	out := map[string]string{}
	for _, region := range g.Of(graph.Region) {
		for _, key := range []string{"routers", "floating_ips"} {
			for _, r := range region.Attrs.Maps(key) {
				out[r.String("id")] = projectID(r)
			}
		}
	}
	for _, p := range g.Of(graph.Port) {
		for _, f := range p.Attrs.Maps("floating_ips") {
			if id := projectID(f); id != "" {
				out[f.String("id")] = id
			} else if id := projectID(p.Attrs); id != "" {
				out[f.String("id")] = id
			}
		}
	}
	delete(out, "")
	return out
}
