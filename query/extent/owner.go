package extent

import (
	"cmp"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
)

// derived are the types of things that state no owner of their own: whose they
// are follows from where they hang and from cliques. There are many of them, and
// they need not be read.
var derived = []graph.VertexType{
	graph.VNIC, graph.VConnector, graph.VEdge, graph.OTEP, graph.HostPNIC, graph.SwitchPNIC, graph.NetworkAgent, graph.HostRef,
	catalog.PodRef, catalog.Disk, catalog.Partition, catalog.OSD,
}

// owned tells whether vertices of a type may say to whom they belong.
func owned(t graph.VertexType) bool { return !catalog.IsFolder(t) && !slices.Contains(derived, t) }

// ownerOf is the project that a vertex states: its id, or only its name.
func ownerOf(a graph.Attrs) (id, name string) {
	if id = cmp.Or(a.String("project_id"), a.String("tenant_id")); id != "" {
		return id, ""
	}
	if name = cmp.Or(a.String("project"), a.String("project_name")); name == "" {
		if all := a.Strings("projects"); len(all) == 1 {
			name = all[0]
		}
	}
	return "", name
}

// carries tells whether a vertex carries a tag: in its list of tags, or as
// "key" or "key=value" among what users told of it.
func carries(a graph.Attrs, tag string) bool {
	if slices.Contains(a.Strings("tags"), tag) {
		return true
	}
	for _, in := range []string{"tags", "metadata", "labels"} {
		m := a.Map(in)
		if _, ok := m[tag]; ok {
			return true
		}
		for i, c := range tag {
			if c == '=' {
				if v, ok := m[tag[:i]].(string); ok && v == tag[i+1:] {
					return true
				}
			}
		}
	}
	return false
}

// networksOf are the ids of the networks that a vertex says it serves.
func networksOf(a graph.Attrs) []string {
	return slices.Concat(a.Strings("network"), a.Strings("networks"), a.Strings("network_id"))
}
