package catalog

import (
	"fmt"

	"calipso/graph"
)

// NetworkAgentTypes is the collection of agent type documents, MonitoringTemplates
// that of templates of monitoring configuration, of which none is shipped.
const (
	NetworkAgentTypes   graph.Collection = "network_agent_types"
	MonitoringTemplates graph.Collection = "monitoring_config_templates"
)

// agentTypes say what agents of the network service do, in the words that their
// folders carried.
var agentTypes = []struct{ kind, folder, description string }{
	{"vpn", "VPNs", "VPN agent"},
	{"firewall", "Firewalls", "Firewall agent"},
	{"vedge", "vEdges", "L2 agent"},
	{"router", "Gateways", "L3 agent"},
	{"metadata", "Metadata", "Metadata agent"},
	{"load_balancer", "Load-Balancers", "Load Balancing agent"},
	{"vedge", "vEdges", "Open vSwitch agent, VPP agent, SRIOV agent"},
	{"vconnector", "vConnectors", "Linux bridge agent, VPP Bridge Domains"},
	{"dhcp", "DHCP servers", "DHCP agent"},
	{"orchestrator", "Orchestrators", "Orchestrator"},
}

func agentDocuments() []*graph.Document {
	var out []*graph.Document
	for i, a := range agentTypes {
		out = append(out, shippedDocument(NetworkAgentTypes, fmt.Sprint(i, " ", a.kind), graph.Attrs{
			"type": a.kind, "folder_text": a.folder, "description": a.description, "shipped": true,
		}))
	}
	return out
}
