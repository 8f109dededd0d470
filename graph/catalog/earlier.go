package catalog

import (
	"slices"
	"strings"
)

// earlier are the link types of the clique types that both earlier versions
// shipped, as they were, with their defects. Imported data holds them.
var earlier = []string{
	"instance-vnic vnic-vconnector vconnector-vedge vedge-otep otep-vconnector vconnector-host_pnic host_pnic-network",
	"vservice-vnic vnic-vedge vedge-otep otep-vconnector vconnector-host_pnic host_pnic-network",
	"network-host_pnic host_pnic-vconnector vconnector-otep otep-vedge vedge-vconnector vedge-vnic vconnector-vnic vnic-instance vnic-vservice",
	"switch-switch_pnic switch_pnic-switch_pnic switch_pnic-switch switch-switch_pnic switch_pnic-host_pnic host_pnic-vconnector vconnector-otep otep-vedge vedge-vconnector vedge-vnic vconnector-vnic vnic-instance vnic-vservice",
	"instance-vnic vnic-vconnector vconnector-vedge vedge-otep otep-host_pnic host_pnic-network",
	"vservice-vnic vnic-vedge vedge-otep otep-host_pnic host_pnic-network",
	"network-host_pnic host_pnic-otep otep-vedge vedge-vconnector vedge-vnic vconnector-vnic vnic-instance vnic-vservice",
	"instance-vnic vnic-vconnector vconnector-vedge vedge-host_pnic host_pnic-network",
}

// earlierEnvironments are the environments that they were shipped for.
var earlierEnvironments = []string{AnyEnvironment, "Apex-Euphrates", "Mercury", "config_based_example", "implicit-links-ex"}

// ShippedEarlier tells whether a clique type is one that came with an earlier
// version and not a user's own: it has a shipped list and a shipped
// environment, or the conditions and list of a row shipped today.
func ShippedEarlier(t CliqueType) bool {
	list := make([]string, len(t.LinkTypes))
	for i, l := range t.LinkTypes {
		list[i] = string(l)
	}
	joined := strings.Join(list, " ")
	if t.Environment == "" {
		kolla := t.Distribution == "Kolla" && t.Version == "" && slices.Contains(earlier, joined)
		return kolla || slices.ContainsFunc(shippedCliqueTypes, func(s CliqueType) bool {
			return s.Environment == "" && s.FocalPoint == t.FocalPoint && s.Distribution == t.Distribution && s.Version == t.Version &&
				(slices.Equal(s.LinkTypes, t.LinkTypes) || slices.Contains(earlier, joined))
		})
	}
	return slices.Contains(earlierEnvironments, t.Environment) && (slices.Contains(earlier, joined) || joined == "instance-network" && t.UseImplicitLinks ||
		joined == "vservice-vnic vnic-vedge vedge-host_pnic host_pnic-network" || joined == "network-host_pnic host_pnic-vedge vedge-vconnector vedge-vnic vconnector-vnic vnic-instance vnic-vservice")
}
