package graphtest

import (
	"fmt"

	"calipso/graph"
)

const regionID = graph.ID("region|RegionOne")

// top makes region, zones and their folders.
func (c *cloud) top() {
	made := map[graph.ID]bool{}
	c.under("", graph.Root, &graph.Vertex{ID: regionID, Type: graph.Region, Name: "RegionOne", Attrs: graph.Attrs{
		"endpoints": []any{map[string]any{"name": "nova", "service_type": "compute"}, map[string]any{"name": "neutron", "service_type": "network"}},
	}}, made)
	for z := range (c.Hosts + zoneHosts - 1) / zoneHosts {
		c.under(regionID, graph.Region, &graph.Vertex{ID: zoneID(z), Type: graph.AvailabilityZone, Name: fmt.Sprintf("az-%d", z), Attrs: graph.Attrs{"available": true}}, made)
	}
}

func zoneID(z int) graph.ID { return graph.ID(fmt.Sprintf("zone|az-%d", z)) }

// networks makes projects and networks.
func (c *cloud) networks() {
	top := map[graph.ID]bool{}
	made := map[graph.ID]bool{}
	for n := range c.networkCount() {
		p := n / projectNetworks
		project := graph.ID(c.uuid(kindProject, p))
		name := fmt.Sprintf("project-%04d", p)
		if n%projectNetworks == 0 {
			clear(made)
			c.under("", graph.Root, &graph.Vertex{ID: project, Type: graph.Project, Name: name, Attrs: graph.Attrs{"enabled": true, "domain_id": "default", "description": "tenant " + name}}, top)
		}
		id := c.networkID(n)
		cidr := c.cidr(n)
		c.under(project, graph.Project, &graph.Vertex{ID: graph.ID(id), Type: graph.Network, Name: fmt.Sprintf("%s-net-%d", name, n%projectNetworks), Attrs: graph.Attrs{
			"network": id, "project": name, "tenant_id": string(project), "mtu": int64(1450), "admin_state_up": true, "status": "ACTIVE",
			"provider:network_type": "vxlan", "provider:segmentation_id": int64(1000 + n), "shared": false, "router:external": false,
			"cidrs": []any{cidr}, "port_security_enabled": true, "availability_zones": []any{"nova"},
			"subnets": []any{map[string]any{"name": "subnet", "cidr": cidr, "enable_dhcp": true, "ip_version": int64(4), "gateway_ip": c.address(n, 1)}},
		}}, made)
	}
}

func (c *cloud) cidr(n int) string { return fmt.Sprintf("10.%d.%d.0/24", n>>8&0xff, n&0xff) }

func (c *cloud) address(n, host int) string {
	return fmt.Sprintf("10.%d.%d.%d", n>>8&0xff, n&0xff, host)
}

// switches makes leaf and spine switches and the cables between them.
func (c *cloud) switches() {
	made := map[graph.ID]bool{}
	racks := (c.Hosts + rackHosts - 1) / rackHosts
	for s := range spines {
		id := spineID(s)
		c.under("", graph.Root, &graph.Vertex{ID: id, Type: graph.Switch, Attrs: graph.Attrs{"switch": string(id)}}, made)
		for r := range racks {
			c.switchPort(id, fmt.Sprintf("eth1__%d", r+1), "downlink", made)
		}
	}
	for r := range racks {
		id := leafID(r)
		c.under("", graph.Root, &graph.Vertex{ID: id, Type: graph.Switch, Attrs: graph.Attrs{"switch": string(id)}}, made)
		for s := range spines {
			up := c.switchPort(id, fmt.Sprintf("eth1__%d", 49+s), "uplink", made)
			c.link("switch_pnic-switch_pnic", up, graph.ID(fmt.Sprintf("%s-eth1__%d", spineID(s), r+1)), "", "", nil)
		}
	}
}

func (c *cloud) switchPort(sw graph.ID, port, role string, made map[graph.ID]bool) graph.ID {
	id := graph.ID(string(sw) + "-" + port)
	c.under(sw, graph.Switch, &graph.Vertex{ID: id, Type: graph.SwitchPNIC, ObjectName: port, Attrs: graph.Attrs{"switch": string(sw), "role": role}}, made)
	c.link("switch-switch_pnic", sw, id, "", string(sw)+"-"+port, nil)
	return id
}

func spineID(s int) graph.ID { return graph.ID(fmt.Sprintf("switch-pod-1__node-%d-spine", 201+s)) }
func leafID(r int) graph.ID  { return graph.ID(fmt.Sprintf("switch-pod-1__node-%d-leaf", 101+r)) }
