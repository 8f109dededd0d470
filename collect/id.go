package collect

import (
	"strconv"

	"calipso/graph"
)

// Ids are built here and nowhere else, so that every source and event names
// the same thing alike (rule DM-10). Networks, ports, projects, instances and
// OVS vedges keep the UUID that OpenStack gives them; a host is its name.

// RegionID is the id of a region.
func RegionID(name string) graph.ID { return graph.ID("region|" + name) }

// ZoneID is the id of an availability zone.
func ZoneID(name string) graph.ID { return graph.ID("zone|" + name) }

// AggregateID is the id of a host aggregate, by Nova's number.
func AggregateID(number int64) graph.ID {
	return graph.ID("aggregate-" + strconv.FormatInt(number, 10))
}

// HostRefID is the id of a host's place in an aggregate.
func HostRefID(aggregate, host string) graph.ID {
	return graph.ID("aggregate-" + aggregate + "-" + host)
}

// AgentID is the id of a Neutron agent.
func AgentID(binary, uuid string) graph.ID { return graph.ID(binary + "-" + uuid) }

// VNICID is the id of a vnic: by device name, or by MAC for one without a
// device (SR-IOV).
func VNICID(host, device, mac string) graph.ID {
	if device == "" {
		device = mac
	}
	return graph.ID(host + "-" + device)
}

// VServiceID is the id of a router or DHCP namespace on a host.
func VServiceID(host, namespace string) graph.ID { return graph.ID(host + "-" + namespace) }

// VConnectorID is the id of a Linux bridge; bridgeID is "8000." and the six
// octets padded to two digits, without colons, as brctl prints it (DIS-64).
func VConnectorID(host, bridge, bridgeID string) graph.ID {
	return graph.ID(host + "-" + bridge + "-" + bridgeID)
}

// StandaloneVEdgeID is the id of an Open vSwitch that no Neutron agent runs.
func StandaloneVEdgeID(host string) graph.ID { return graph.ID(host + "-OVS") }

// OTEPID is the id of a host's tunnel endpoint (Open vSwitch).
func OTEPID(host string) graph.ID { return graph.ID(host + "-otep") }

// MemberOTEPID is the id of one tunnel interface of a Linux bridge host.
func MemberOTEPID(host, member string) graph.ID { return graph.ID(host + "-otep-" + member) }

// PNICID is the id of a physical interface, a bond or a team.
func PNICID(host, iface, mac string) graph.ID {
	if mac == "" {
		mac = "unknown_mac"
	}
	return graph.ID(host + "-" + iface + "-" + mac)
}
