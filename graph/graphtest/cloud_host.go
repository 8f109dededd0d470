package graphtest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"calipso/graph"
)

// hostRun is the making of one host.
type hostRun struct {
	*cloud
	rng      *rand.Rand
	number   int
	name     string
	made     map[graph.ID]bool
	vedge    graph.ID
	networks map[int]bool // that something on the host is attached to
}

// host makes one host with all that lives on it.
func (c *cloud) host(n int) {
	h := &hostRun{
		cloud: c, rng: rand.New(rand.NewPCG(c.Seed, uint64(n))), number: n, name: hostName(n),
		made: map[graph.ID]bool{}, networks: map[int]bool{},
	}
	h.machine()
	for i := range c.InstancesPerHost {
		h.instance(i)
	}
	for net := n; net < c.networkCount(); net += c.Hosts {
		h.dhcp(net)
	}
	h.uplinks()
}

func (h *hostRun) id(rest string) graph.ID { return graph.ID(h.name + "-" + rest) }

func (h *hostRun) put(parent graph.ID, parentType graph.VertexType, v *graph.Vertex) graph.ID {
	v.Host = h.name
	return h.under(parent, parentType, v, h.made)
}

// machine makes the host itself, its agents, switch and endpoint.
func (h *hostRun) machine() {
	host := graph.ID(h.name)
	h.put(zoneID(h.number/zoneHosts), graph.AvailabilityZone, &graph.Vertex{ID: host, Type: graph.Host, Name: h.name, Attrs: graph.Attrs{
		"host_type": []any{"Compute", "Network"}, "zone": fmt.Sprintf("az-%d", h.number/zoneHosts), "ip_address": fmt.Sprintf("192.168.%d.%d", h.number>>8, h.number&0xff),
		"OS": map[string]any{"name": "Debian GNU/Linux", "version": "12", "architecture": "x86_64"},
	}})
	for i, binary := range []string{"neutron-openvswitch-agent", "neutron-dhcp-agent"} {
		h.put(host, graph.Host, &graph.Vertex{ID: graph.ID(binary + "-" + h.uuid(kindAgent, h.number*4+i)), Type: graph.NetworkAgent, Name: binary, Attrs: graph.Attrs{"binary": binary, "alive": true}})
	}
	h.vedge = h.put(host, graph.Host, &graph.Vertex{ID: graph.ID(h.uuid(kindVEdge, h.number)), Type: graph.VEdge, Name: h.name + "-OVS", Attrs: graph.Attrs{
		"vedge_type": "OVS", "agent_type": "Open vSwitch agent", "binary": "neutron-openvswitch-agent",
		"configurations": map[string]any{"tunnel_types": []any{"vxlan"}, "tunneling_ip": h.tunnelAddress()},
	}})
	h.put(h.vedge, graph.VEdge, &graph.Vertex{ID: h.id("otep"), Type: graph.OTEP, Attrs: graph.Attrs{"ip_address": h.tunnelAddress(), "overlay_type": "vxlan", "udp_port": int64(4789)}})
}

func (h *hostRun) tunnelAddress() string {
	return fmt.Sprintf("172.16.%d.%d", h.number>>8, h.number&0xff)
}

// instance makes one instance with one vNIC, or with two.
func (h *hostRun) instance(i int) {
	number := h.number*h.InstancesPerHost + i
	id := h.uuid(kindInstance, number)
	project := h.rng.IntN(h.networkCount() / projectNetworks)
	nets := h.rng.Perm(projectNetworks)[:1]
	if h.rng.IntN(10) < 4 {
		nets = append(nets, (nets[0]+1)%projectNetworks)
	}
	var networks, info []any
	for k, net := range nets {
		nets[k] = project*projectNetworks + net
		port := h.portNumber(k, i)
		networks = append(networks, h.networkID(nets[k]))
		info = append(info, map[string]any{
			"devname": tap(h.uuid(kindPort, port)), "address": mac(0xfa, port),
			"network": map[string]any{"id": h.networkID(nets[k]), "label": fmt.Sprintf("project-%04d-net-%d", project, net)},
		})
	}
	h.put(graph.ID(h.name), graph.Host, &graph.Vertex{ID: graph.ID(id), Type: graph.Instance, Name: fmt.Sprintf("vm-%06d", number), Attrs: graph.Attrs{
		"uuid": id, "local_name": fmt.Sprintf("instance-%08x", number), "project_id": h.uuid(kindProject, project), "network": networks, "network_info": info,
		"vm_state": "active", "power_state": int64(1), "flavor": map[string]any{"name": "m1.small", "vcpus": int64(1), "ram": int64(2048)},
	}})
	for k, net := range nets {
		h.instanceVNIC(id, h.portNumber(k, i), net)
	}
}

// portNumber numbers the ports of the whole cloud.
func (h *hostRun) portNumber(k, i int) int { return (h.number*h.InstancesPerHost+i)*2 + k }

func tap(uuid string) string { return "tap" + uuid[:11] }

// instanceVNIC makes a vNIC, the bridge it is plugged into, and its port.
func (h *hostRun) instanceVNIC(instance string, port, net int) {
	h.networks[net] = true
	uuid, addr, network := h.uuid(kindPort, port), mac(0xfa, port), h.networkID(net)
	attrs := graph.Attrs{"network": network}
	vnic := h.put(graph.ID(instance), graph.Instance, &graph.Vertex{ID: h.id(tap(uuid)), Type: graph.VNIC, Name: tap(uuid), Attrs: graph.Attrs{
		"vnic_type": "instance_vnic", "mac_address": addr, "instance_id": instance, "network": network, "port": uuid, "source_bridge": "qbr" + uuid[:11],
		"addresses": []any{map[string]any{"version": int64(4), "IP Address": h.address(net, 10+port%200), "cidr": h.cidr(net)}},
	}})
	bridge := h.put(graph.ID(h.name), graph.Host, &graph.Vertex{ID: h.id("qbr" + uuid[:11] + "-8000." + fmt.Sprintf("%012x", port)), Type: graph.VConnector, Name: h.name + "-qbr" + uuid[:11], Attrs: graph.Attrs{
		"connector_type": "bridge", "bridge_name": "qbr" + uuid[:11], "stp_enabled": "no", "network": network,
		"interfaces_names": []any{"qvb" + uuid[:11], tap(uuid)},
	}})
	h.port(uuid, addr, network, instance, "compute:nova")
	h.link("instance-vnic", graph.ID(instance), vnic, h.name, "", attrs)
	h.link("vnic-vconnector", vnic, bridge, h.name, addr, attrs)
	h.link("vconnector-vedge", bridge, h.vedge, h.name, fmt.Sprintf("port-%d-tag-%d", port, net), attrs)
}

func (h *hostRun) port(uuid, addr, network, device, owner string) {
	v := &graph.Vertex{ID: graph.ID(uuid), Type: graph.Port, Name: addr, Attrs: graph.Attrs{
		"mac_address": addr, "network_id": network, "device_id": device, "device_owner": owner, "binding:host_id": h.name, "status": "ACTIVE", "admin_state_up": true,
	}}
	// The folder was made with the network.
	h.made[graph.ID(network+"-ports")] = true
	h.under(graph.ID(network), graph.Network, v, h.made)
}

// dhcp makes the DHCP server of a network.
func (h *hostRun) dhcp(net int) {
	h.networks[net] = true
	network, uuid := h.networkID(net), h.uuid(kindDHCP, net)
	addr := mac(0xfb, net)
	attrs := graph.Attrs{"network": network}
	id := h.put(graph.ID(h.name), graph.Host, &graph.Vertex{ID: h.id("qdhcp-" + network), Type: graph.VService, Name: fmt.Sprintf("qdhcp-project-%04d-net-%d", net/projectNetworks, net%projectNetworks), Attrs: graph.Attrs{
		"service_type": "dhcp", "local_service_id": "qdhcp-" + network, "network": []any{network},
	}})
	vnic := h.put(id, graph.VService, &graph.Vertex{ID: h.id(tap(uuid)), Type: graph.VNIC, Name: tap(uuid), Attrs: graph.Attrs{
		"vnic_type": "vservice_vnic", "mac_address": addr, "network": network, "vservice_id": string(id),
		"addresses": []any{map[string]any{"version": int64(4), "IP Address": h.address(net, 2), "cidr": h.cidr(net)}},
	}})
	h.port(uuid, addr, network, "dhcp-"+network, "network:dhcp")
	h.link("vservice-vnic", id, vnic, h.name, "", attrs)
	h.link("vnic-vedge", vnic, h.vedge, h.name, "", attrs)
}

// uplinks makes the bond that carries the overlay, its two members, and their
// cables.
func (h *hostRun) uplinks() {
	leaf := leafID(h.number / rackHosts)
	otep := h.id("otep")
	h.link("vedge-otep", h.vedge, otep, h.name, h.name+"-OVS-otep", nil)
	for i, name := range []string{"bond0", "eth1", "eth2"} {
		addr := mac(0xfc, h.number*4+i)
		pnic := h.put(graph.ID(h.name), graph.Host, &graph.Vertex{ID: h.id(name + "-" + addr), Type: graph.HostPNIC, Name: name, Attrs: graph.Attrs{
			"local_name": name, "mac_address": addr, "state": "UP", "Link detected": "yes", "Speed": "25000Mb/s", "EtherChannel": i == 0,
		}})
		if i == 0 {
			h.link("otep-host_pnic", otep, pnic, h.name, h.name+"-pnic-"+name, nil)
			h.link("vedge-host_pnic", h.vedge, pnic, h.name, "Port-1", nil)
		} else {
			port := h.switchPort(leaf, fmt.Sprintf("eth%d__%d", i, h.number%rackHosts+1), "hostlink", h.made)
			h.link("host_pnic-switch_pnic", pnic, port, h.name, h.name+"-"+string(leaf), nil)
		}
		for _, net := range slices.Sorted(maps.Keys(h.networks)) {
			h.link("host_pnic-network", pnic, graph.ID(h.networkID(net)), h.name, fmt.Sprintf("Segment-%d", 1000+net), graph.Attrs{"network": h.networkID(net)})
		}
	}
}
