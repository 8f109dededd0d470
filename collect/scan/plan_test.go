package scan

import (
	"testing"

	"calipso/collect"
	"calipso/graph"
)

func TestPlanTellsFindingFromAdding(t *testing.T) {
	hosts := collect.Fetcher{Name: "api.hosts", Parent: graph.Region, Yields: []graph.VertexType{graph.Host}}
	resources := collect.Fetcher{Name: "api.resources", Parent: graph.Region, Yields: []graph.VertexType{graph.Host}}
	os := collect.Fetcher{Name: "cli.os", Parent: graph.Host, Yields: []graph.VertexType{graph.Host}}
	regions := collect.Fetcher{Name: "api.regions", Parent: graph.Root, Yields: []graph.VertexType{graph.Region}}
	p := newPlan([]collect.Fetcher{os, resources, hosts, regions})
	for f, want := range map[*collect.Fetcher]bool{&hosts: true, &resources: true, &os: false} {
		if got := p.finds(*f, graph.Host); got != want {
			t.Errorf("%s finds hosts: %v", f.Name, got)
		}
	}
	// Without the API, hosts known from before are asked all the same.
	if p := newPlan([]collect.Fetcher{os}); p.finds(os, graph.Host) {
		t.Error("hosts wait for what only adds to them")
	}
}
