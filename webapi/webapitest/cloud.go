package webapitest

import (
	"fmt"

	"calipso/collect"
	"calipso/graph"
	"calipso/graph/catalog"
)

// Cloud draws an OpenStack cloud with Open vSwitch and VXLAN: some hosts, each
// with some instances in turn on two networks, and a router and a DHCP server
// on the first host. The last instance of each host has a vNIC whose link is
// down; the last host did not answer the last scan, if there is more than one.
func Cloud(hosts, instances int) *graph.Batch {
	c := &cloud{folders: map[graph.ID]bool{}}
	c.put(&graph.Vertex{ID: collect.RegionID("RegionOne"), Type: graph.Region, Name: "RegionOne"}, graph.Root)
	c.put(&graph.Vertex{ID: collect.ZoneID("nova"), Type: graph.AvailabilityZone, Name: "nova", Parent: collect.RegionID("RegionOne")}, graph.Region)
	c.put(&graph.Vertex{ID: "5a1c0de", Type: graph.Project, Name: "shop"}, graph.Root)
	for i, name := range []string{"front", "back"} {
		c.put(&graph.Vertex{ID: networkID(i), Type: graph.Network, Name: name, Parent: "5a1c0de", Attrs: graph.Attrs{
			"network": string(networkID(i)), "mtu": int64(1450), "provider:network_type": "vxlan",
			"provider:segmentation_id": int64(58 + i), "cidrs": []any{fmt.Sprintf("10.%d.0.0/24", i)}, "project": "shop",
		}}, graph.Project)
	}
	for h := range hosts {
		c.host(h, instances, hosts > 1 && h == hosts-1)
	}
	return &c.batch
}

func networkID(i int) graph.ID { return graph.ID(fmt.Sprintf("net-%d0000-58aa", i)) }

type cloud struct {
	batch   graph.Batch
	folders map[graph.ID]bool
}

// put adds a vertex, with the folders between it and its parent.
func (c *cloud) put(v *graph.Vertex, parentType graph.VertexType) *graph.Vertex {
	env := graph.ID(EnvName)
	parent := v.Parent
	if parent == "" {
		parent = env
	}
	for _, f := range catalog.Folders(v, parentType) {
		id := graph.ID(string(parent) + "-" + f.Suffix)
		if !c.folders[id] {
			c.folders[id] = true
			at := parent
			if at == env {
				at = ""
			}
			c.batch.Put = append(c.batch.Put, &graph.Vertex{ID: id, Type: f.Type, Name: f.Text, Host: v.Host, Parent: at})
		}
		parent = id
	}
	if parent != env {
		v.Parent = parent
	}
	c.batch.Put = append(c.batch.Put, v)
	return v
}

func (c *cloud) link(from, to *graph.Vertex, name string, attrs graph.Attrs) *graph.Edge {
	e := &graph.Edge{EdgeKey: graph.EdgeKey{Type: graph.EdgeTypeOf(from.Type, to.Type), From: from.ID, To: to.ID}, Name: name, State: graph.Up, Host: from.Host, Attrs: attrs}
	c.batch.PutEdges = append(c.batch.PutEdges, e)
	return e
}

func (c *cloud) host(h, instances int, silent bool) {
	name := fmt.Sprintf("node-%d", h+1)
	part := "hostcli@" + name
	host := c.put(&graph.Vertex{ID: graph.ID(name), Type: graph.Host, Name: name, Host: name, Parent: collect.ZoneID("nova"), Attrs: graph.Attrs{
		"zone": "nova", "host_type": []any{"Compute"}, "ip_address": fmt.Sprintf("192.0.2.%d", 10+h),
		"OS": map[string]any{"name": "Debian GNU/Linux", "version": "12"},
	}}, graph.AvailabilityZone)
	under := func(v *graph.Vertex, parent *graph.Vertex) *graph.Vertex {
		v.Host, v.Parent, v.Part = name, parent.ID, part
		return c.put(v, parent.Type)
	}
	vedge := under(&graph.Vertex{ID: graph.ID(name + "-vedge-e7a3"), Type: graph.VEdge, Name: name + "-OVS", Attrs: graph.Attrs{
		"agent_type": "Open vSwitch agent", "binary": "neutron-openvswitch-agent",
		"ports": []any{map[string]any{"id": int64(1), "name": "patch-tun", "internal": false}},
	}}, host)
	otep := under(&graph.Vertex{ID: collect.OTEPID(name), Type: graph.OTEP, Name: name + "-otep", Attrs: graph.Attrs{
		"ip_address": fmt.Sprintf("172.16.8.%d", 10+h), "overlay_type": "vxlan", "udp_port": int64(4789)}}, vedge)
	pnic := under(&graph.Vertex{ID: collect.PNICID(name, "eth0", fmt.Sprintf("52:54:00:00:00:%02x", h)), Type: graph.HostPNIC, Name: "eth0", Attrs: graph.Attrs{
		"mac_address": fmt.Sprintf("52:54:00:00:00:%02x", h), "Speed": "10000Mb/s", "Link detected": "yes", "state": "UP",
		"data": "eth0: flags=4163<UP,BROADCAST>\n  mtu 1500\n  <script>alert('not run')</script>\n",
	}}, host)
	c.link(vedge, otep, "vxlan", nil)
	c.link(otep, pnic, fmt.Sprintf("172.16.8.%d", 10+h), nil)
	for i := range 2 {
		net := &graph.Vertex{ID: networkID(i), Type: graph.Network}
		c.link(pnic, net, fmt.Sprintf("Segment-%d", 58+i), graph.Attrs{"network": string(net.ID)})
	}
	if h == 0 {
		c.services(host, vedge, under)
	}
	for i := range instances {
		c.instance(host, vedge, under, h, i, i == instances-1)
	}
	if silent {
		c.batch.PutDocs = append(c.batch.PutDocs, &graph.Document{DocKey: graph.DocKey{Collection: graph.Parts, ID: part}, Body: graph.Attrs{
			"ok_time": Started, "state": "failed", "error": "ssh: connect to 192.0.2.1 port 22: no route to host"}})
	} else {
		c.batch.PutDocs = append(c.batch.PutDocs, &graph.Document{DocKey: graph.DocKey{Collection: graph.Parts, ID: part}, Body: graph.Attrs{"ok_time": Started, "state": "ok"}})
	}
}

type underFunc func(v, parent *graph.Vertex) *graph.Vertex

func (c *cloud) instance(host, vedge *graph.Vertex, under underFunc, h, i int, down bool) {
	id := graph.ID(fmt.Sprintf("%02x%02x8f2a-0b53-4d8c-9a77-3f1c2e4b5d60", h, i))
	vm := under(&graph.Vertex{ID: id, Type: graph.Instance, Name: fmt.Sprintf("web-%d-%d", h+1, i+1), Attrs: graph.Attrs{
		"uuid": string(id), "local_name": fmt.Sprintf("instance-%08x", h*100+i), "vm_state": "active", "project_name": "shop", "flavor": "m1.small",
	}}, host)
	networks := []any{}
	for n := range 1 + i%2 {
		dev := fmt.Sprintf("tap%02x%02x%02x-%02d", h, i, n, n)
		mac := fmt.Sprintf("fa:16:3e:%02x:%02x:%02x", h, i, n)
		net := string(networkID((i + n) % 2))
		networks = append(networks, net)
		vnic := under(&graph.Vertex{ID: collect.VNICID(host.Host, dev, mac), Type: graph.VNIC, Name: dev, Attrs: graph.Attrs{
			"mac_address": mac, "vnic_type": "instance_vnic", "network": net, "addresses": []any{map[string]any{"IP Address": fmt.Sprintf("10.%d.0.%d", n, 10+h*20+i)}}}}, vm)
		bridge := "qbr" + dev[3:]
		qbr := under(&graph.Vertex{ID: collect.VConnectorID(host.Host, bridge, "8000."+dev[3:9]+"0000"), Type: graph.VConnector, Name: host.Host + "-" + bridge, ObjectName: bridge, Attrs: graph.Attrs{
			"bridge_name": bridge, "connector_type": "bridge", "interfaces_names": []any{dev, "qvb" + dev[3:]}, "network": net}}, host)
		carries := graph.Attrs{"network": net}
		c.link(vm, vnic, net, carries)
		e := c.link(vnic, qbr, mac, carries)
		if down && n == 0 {
			e.State = graph.Down
		}
		c.link(qbr, vedge, fmt.Sprintf("port-%d-tag-%d", 7+i*2+n, 4+n), carries)
	}
	vm.Attrs["network"] = networks
}

func (c *cloud) services(host, vedge *graph.Vertex, under underFunc) {
	for i := range 2 {
		net := string(networkID(i))
		ns := "qdhcp-" + net
		dhcp := under(&graph.Vertex{ID: collect.VServiceID(host.Host, ns), Type: graph.VService, Name: fmt.Sprintf("qdhcp-%s", []string{"front", "back"}[i]), Attrs: graph.Attrs{
			"service_type": "dhcp", "local_service_id": ns, "network": []any{net}}}, host)
		vnic := under(&graph.Vertex{ID: graph.ID(fmt.Sprintf("%s|tap%d/dhcp+0", host.Host, i)), Type: graph.VNIC, Name: fmt.Sprintf("tap%d/dhcp", i), Attrs: graph.Attrs{
			"vnic_type": "vservice_vnic", "mac_address": fmt.Sprintf("fa:16:3e:ff:00:%02x", i), "network": net}}, dhcp)
		c.link(dhcp, vnic, net, graph.Attrs{"network": net})
		c.link(vnic, vedge, fmt.Sprintf("port-%d-tag-%d", 100+i, 4+i), graph.Attrs{"network": net})
	}
}
