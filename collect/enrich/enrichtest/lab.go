package enrichtest

import (
	"bytes"
	_ "embed" // the recording
	"encoding/json"
	"testing"

	"calipso/graph"
)

//go:embed testdata/lab.jsonl
var lab []byte

// Lab is what APIs and hosts told of a cloud of four hosts (OpenStack Zed):
// node-1 to node-3 with Open vSwitch, hybrid firewall, the tunnel address on
// bridge br-data with eth1, physical network physnet1 on br-ex with eth2;
// node-4 with Linux bridges, the tunnel address on eth1. node-1 has the routers
// and DHCP servers. eth0 is for management everywhere. Attributes that no join
// reads are left out.
func Lab(t testing.TB) *graph.Draft {
	t.Helper()
	g := graph.NewDraft()
	for n, line := range bytes.Split(bytes.TrimSpace(lab), []byte("\n")) {
		var r struct {
			ID               graph.ID
			Type             graph.VertexType
			Name, Host, Part string
			Parent           graph.ID
			Attrs            json.RawMessage
		}
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatalf("testdata/lab.jsonl:%d: %v", n+1, err)
		}
		attrs := graph.Attrs{}
		if r.Attrs != nil {
			var err error
			if attrs, err = graph.ParseJSON(r.Attrs); err != nil {
				t.Fatalf("testdata/lab.jsonl:%d: %v", n+1, err)
			}
		}
		g.Put(&graph.Vertex{ID: r.ID, Type: r.Type, Name: r.Name, Host: r.Host, Parent: r.Parent, Attrs: attrs})
	}
	return g
}

// LabEnv is the environment of Lab.
func LabEnv() *graph.Environment {
	return &graph.Environment{Name: "lab", EnvironmentType: "OpenStack", MechanismDrivers: []string{"OVS", "LXB"}}
}
