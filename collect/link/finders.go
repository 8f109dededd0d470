package link

import "calipso/graph"

// Finders are all link finders, in the order they run.
var Finders = []Finder{
	{"instance-vnic", instanceVNIC},
	{"vservice-vnic", vserviceVNIC},
	{"vnic-vconnector", vnicVConnector},
	{"vnic-vedge", vnicVEdge},
	{"vconnector-vedge", vconnectorVEdge},
	{"vconnector-host_pnic", vconnectorHostPNIC},
	ownerOTEP(graph.VConnector),
	ownerOTEP(graph.VEdge),
	{"otep-vconnector", otepVConnector},
	{"otep-host_pnic", otepHostPNIC},
	{"vedge-host_pnic", vedgeHostPNIC},
	{"host_pnic-network", hostPNICNetwork},
	{"host_pnic-switch_pnic", hostPNICSwitchPNIC},
	{"switch_pnic-switch_pnic", switchPNICSwitchPNIC},
	{"switch-switch_pnic", switchSwitchPNIC},
}
