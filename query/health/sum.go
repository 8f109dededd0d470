package health

import (
	"cmp"
	"maps"
	"slices"

	"calipso/graph"
)

// sum counts, sorts, and keeps what a report lists.
func (m *maker) sum() {
	r := m.r
	hosts, projects, networks := groups{}, groups{}, groups{}
	for _, i := range r.Instances {
		r.Totals.add(i.Status)
		hosts.add(i.Host, i.Status)
		projects.add(i.Project, i.Status)
		for _, n := range i.Networks {
			networks.add(n.Name, i.Status)
		}
	}
	r.Hosts, r.Projects, r.Networks = hosts.list(), projects.list(), networks.list()
	for _, s := range r.Services {
		r.ServiceTotals.add(s.Status)
	}
	slices.SortFunc(r.Services, func(a, b Service) int {
		return cmp.Or(cmp.Compare(order(a.Type), order(b.Type)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Host, b.Host), cmp.Compare(a.ID, b.ID))
	})
	byName := func(a, b Instance) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) }
	if most := cmp.Or(m.q.Limit, Most); len(r.Instances) > most {
		slices.SortFunc(r.Instances, func(a, b Instance) int {
			return cmp.Or(cmp.Compare(b.Status.rank(), a.Status.rank()), byName(a, b))
		})
		r.Instances = slices.Clone(r.Instances[:most])
	}
	slices.SortFunc(r.Instances, byName)
	r.Listed = len(r.Instances)
}

func order(t graph.VertexType) int {
	return slices.Index([]graph.VertexType{graph.Host, graph.NetworkAgent, graph.VEdge, graph.VService}, t)
}

// groups count by name; what belongs to none is not counted.
type groups map[string]*Totals

func (g groups) add(name string, l Level) {
	if name == "" {
		return
	}
	if g[name] == nil {
		g[name] = &Totals{}
	}
	g[name].add(l)
}

func (g groups) list() []Group {
	out := []Group{}
	for _, name := range slices.Sorted(maps.Keys(g)) {
		out = append(out, Group{name, *g[name]})
	}
	return out
}
