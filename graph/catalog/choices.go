package catalog

import (
	"fmt"

	"calipso/graph"
)

// EnvironmentOptions is the collection of documents that say which
// distributions, versions and drivers go together in forms.
const EnvironmentOptions graph.Collection = "environment_options"

var choices = []struct {
	kind                                       string
	distributions, versions, mechanisms, types []string
}{
	{OpenStack, words("RDO Devstack Canonical"), words("Mitaka Liberty Newton Ocata Juno Kilo Icehouse"), words("OVS VPP LXB Arista"), words("local vlan vxlan gre flat")},
	{OpenStack, words("Debian"), words("train ussuri victoria wallaby xena yoga zed 2023.1 2023.2 2024.1 2024.2 2025.1"), words("OVS OVN LXB SRIOV"), words("local vlan vxlan gre flat geneve")},
	{OpenStack, words("Mirantis"), words("6.0 7.0 8.0 9.0 9.1 10.0"), words("OVS VPP LXB Arista"), words("local vlan vxlan gre flat")},
	{OpenStack, words("Stratoscale"), words("2.1.6"), words("OVS LXB"), words("vlan vxlan")},
	{OpenStack, words("Packstack"), words("7.0.0-0.10.dev1682"), words("OVS LXB"), words("local vlan vxlan gre flat")},
	{OpenStack, words("Kolla"), words("train stein rocky queens"), words("OVS LXB VPP"), words("vlan vxlan gre")},
	{OpenStack, words("Apex"), words("Euphrates"), words("OVS LXB VPP"), words("vlan vxlan gre")},
	{OpenStack, words("Mercury"), words("26929"), words("OVS LXB VPP"), words("vlan vxlan gre geneve")},
	{Kubernetes, words("Kubernetes"), words("1.9 1.14 1.17"), words("OVS LXB VPP Flannel Calico"), words("vlan vxlan gre bgp ipip")},
}

func choiceDocuments() []*graph.Document {
	var out []*graph.Document
	for _, c := range choices {
		out = append(out, shippedDocument(EnvironmentOptions, fmt.Sprint(c.kind, " ", c.distributions), graph.Attrs{
			"environment_type": c.kind, "distributions": anys(c.distributions), "distribution_versions": anys(c.versions),
			"mechanism_drivers": anys(c.mechanisms), "type_drivers": anys(c.types), "shipped": true,
		}))
	}
	return out
}

func anys(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
