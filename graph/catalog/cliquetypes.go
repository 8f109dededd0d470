package catalog

import (
	"slices"
	"strings"

	"calipso/graph"
)

// The ways that several clique types share. An entry that finds nothing costs
// nothing, so each lists every wiring that drivers make: vNICs plugged into a
// Linux bridge or right into the switch, tunnels that leave from a bridge or
// from an interface, networks without a tunnel.
const (
	// wayDown leads from vNICs to the wire.
	wayDown = "vnic-vconnector vconnector-vedge vnic-vedge vconnector-otep vedge-otep otep-vconnector " +
		"otep-host_pnic vedge-host_pnic vconnector-host_pnic " + wayOut
	// wayOut leads from physical interfaces to what they are cabled to.
	wayOut = "host_pnic-network host_pnic-switch_pnic switch_pnic-switch"
	// wayUp leads from physical interfaces to guests.
	wayUp = "host_pnic-otep host_pnic-vedge host_pnic-vconnector vconnector-otep otep-vedge otep-vconnector " +
		"vedge-vconnector vedge-vnic vedge-container vconnector-vnic " + guests
	guests = "vnic-instance vnic-vservice vnic-container"
)

// shippedCliqueTypes holds one generic type per focal point type (rule LC-06),
// then those with conditions.
var shippedCliqueTypes = ship([]row{
	{name: "instance", focal: graph.Instance, env: AnyEnvironment, links: "instance-vnic " + wayDown},
	{name: "vservice", focal: graph.VService, env: AnyEnvironment, links: "vservice-vnic vservice-pod pod-container container-network " + wayDown},
	{name: "container", focal: Container, env: AnyEnvironment, links: "container-vedge container-vnic container-network " + wayDown},
	{name: "pod", focal: Pod, env: AnyEnvironment, links: "pod-vservice pod-container container-vedge container-vnic " + wayDown},
	{name: "vnic", focal: graph.VNIC, env: AnyEnvironment, links: guests + " " + wayDown},
	{name: "vconnector", focal: graph.VConnector, env: AnyEnvironment, links: "vconnector-vnic " + guests +
		" vconnector-vedge vconnector-otep vedge-otep otep-host_pnic vedge-host_pnic vconnector-host_pnic " + wayOut},
	{name: "vedge", focal: graph.VEdge, env: AnyEnvironment, links: "vedge-vconnector vedge-vnic vedge-container vconnector-vnic " + guests +
		" vedge-otep otep-vconnector otep-host_pnic vedge-host_pnic vconnector-host_pnic " + wayOut},
	{name: "otep", focal: graph.OTEP, env: AnyEnvironment, links: "otep-host_pnic otep-vedge otep-vconnector vconnector-host_pnic " +
		"vedge-vconnector vedge-vnic vconnector-vnic " + guests + " " + wayOut},
	{name: "host_pnic", focal: graph.HostPNIC, env: AnyEnvironment, links: wayOut + " " + wayUp},
	{name: "network", focal: graph.Network, env: AnyEnvironment, links: "network-container network-host_pnic host_pnic-switch_pnic switch_pnic-switch " + wayUp},
	{name: "switch_pnic", focal: graph.SwitchPNIC, env: AnyEnvironment, links: "switch_pnic-switch_pnic switch_pnic-switch switch_pnic-host_pnic " + wayUp},
	{name: "switch", focal: graph.Switch, env: AnyEnvironment, links: "switch-switch_pnic switch_pnic-switch_pnic switch_pnic-switch switch-switch_pnic switch_pnic-host_pnic " + wayUp},
	{name: "host", focal: graph.Host, env: AnyEnvironment, links: "host-osd osd-partition partition-disk"},
	{name: "osd", focal: OSD, env: AnyEnvironment, links: "osd-host osd-partition partition-disk"},
	{name: "partition", focal: Partition, env: AnyEnvironment, links: "partition-disk partition-osd osd-host"},
	{name: "disk", focal: Disk, env: AnyEnvironment, links: "disk-partition partition-osd osd-host"},

	{name: "mirantis_vservice_vxlan", focal: graph.VService, dist: "Mirantis", version: "6.0", mech: "OVS", typ: "vxlan",
		links: "vservice-vnic vnic-vedge vedge-otep otep-vconnector vconnector-host_pnic otep-host_pnic host_pnic-network"},
	{name: "apex_instance", focal: graph.Instance, dist: "Apex", version: "Euphrates",
		links: "instance-vnic vnic-vconnector vconnector-vedge vnic-vedge vedge-otep otep-host_pnic host_pnic-network"},
	{name: "apex_vservice", focal: graph.VService, dist: "Apex", version: "Euphrates", links: "vservice-vnic vnic-vedge vedge-otep otep-host_pnic host_pnic-network"},
	{name: "apex_network", focal: graph.Network, dist: "Apex", version: "Euphrates",
		links: "network-host_pnic host_pnic-otep otep-vedge vedge-vconnector vedge-vnic vconnector-vnic vnic-instance vnic-vservice"},
	{name: "mercury_instance_vconnector_clique", focal: graph.Instance, dist: "Mercury",
		links: "instance-vnic vnic-vconnector vconnector-vedge vnic-vedge vedge-host_pnic host_pnic-network"},
	{name: "mercury_instance_vedge_clique", focal: graph.Instance, dist: "Mercury", version: "27747", links: "instance-vnic vnic-vedge vedge-host_pnic host_pnic-network"},
	{name: "mercury_vservice_vedge_clique", focal: graph.VService, dist: "Mercury", links: "vservice-vnic vnic-vedge vedge-host_pnic host_pnic-network"},
	{name: "mercury_network_clique", focal: graph.Network, dist: "Mercury",
		links: "network-host_pnic host_pnic-vedge vedge-vconnector vedge-vnic vconnector-vnic vnic-instance vnic-vservice"},
	{name: "mercury_switch_clique", focal: graph.Switch, dist: "Mercury",
		links: "switch-switch_pnic switch_pnic-switch_pnic switch_pnic-switch switch-switch_pnic switch_pnic-host_pnic host_pnic-vedge " +
			"vedge-vconnector vedge-vnic vconnector-vnic vnic-instance vnic-vservice"},
	{name: "mercury_osd_clique", focal: OSD, dist: "Mercury", links: "osd-host osd-partition partition-disk"},

	{name: "container-flannel", focal: Container, kube: true, version: "1.9", mech: "Flannel", typ: "vxlan",
		links: "container-vedge container-vnic vnic-vconnector vconnector-vedge vedge-otep otep-host_pnic host_pnic-network"},
	{name: "k8s-network-flannel", focal: graph.Network, kube: true, version: "1.9", mech: "Flannel", typ: "vxlan",
		links: "network-host_pnic host_pnic-otep otep-vedge vedge-container vedge-vconnector vconnector-vnic vnic-container"},
	{name: "vservice-flannel", focal: graph.VService, kube: true, version: "1.9", mech: "Flannel", typ: "vxlan", implicit: true,
		links: "vservice-pod pod-container container-network"},
	{name: "container-calico", focal: Container, kube: true, mech: "Calico", typ: "bgp",
		links: "container-vedge container-vnic vnic-vedge vedge-otep otep-vconnector vconnector-host_pnic host_pnic-network"},
	{name: "k8s-network-calico", focal: graph.Network, kube: true, mech: "Calico", typ: "bgp",
		links: "network-host_pnic host_pnic-vconnector vconnector-otep otep-vedge vedge-container vedge-vnic vnic-container"},
	{name: "vservice-calico", focal: graph.VService, kube: true, mech: "Calico", typ: "bgp", implicit: true,
		links: "vservice-pod pod-container container-network"},
	{name: "container-vpp", focal: Container, kube: true, mech: "VPP", links: "container-vnic vnic-vedge vedge-otep otep-host_pnic host_pnic-network"},
	{name: "k8s-switch", focal: graph.Switch, kube: true,
		links: "switch-switch_pnic switch_pnic-switch_pnic switch_pnic-switch switch-switch_pnic switch_pnic-host_pnic host_pnic-otep host_pnic-vconnector " +
			"otep-vedge vedge-container vedge-vconnector vedge-vnic vconnector-vnic vnic-container"},
})

// row is a shipped clique type as it is written above.
type row struct {
	name                          string
	focal                         graph.VertexType
	env, dist, version, mech, typ string
	kube, implicit                bool
	links                         string
}

func ship(rows []row) []CliqueType {
	out := make([]CliqueType, len(rows))
	for i, r := range rows {
		t := CliqueType{
			ID: graph.DocumentOID(graph.Shared, graph.CliqueTypes, "shipped "+r.name), Name: r.name, FocalPoint: r.focal,
			Environment: r.env, Distribution: r.dist, Version: r.version, UseImplicitLinks: r.implicit, Shipped: true,
			MechanismDrivers: strings.Fields(r.mech), TypeDrivers: strings.Fields(r.typ),
		}
		if r.kube {
			t.EnvironmentType, t.Distribution = Kubernetes, Kubernetes
		}
		for _, l := range strings.Fields(r.links) {
			t.LinkTypes = append(t.LinkTypes, graph.EdgeType(l))
		}
		out[i] = t
	}
	return out
}

// CliqueTypes lists the shipped clique types. The slice is the caller's.
func CliqueTypes() []CliqueType { return slices.Clone(shippedCliqueTypes) }
