package catalog

import (
	"strings"

	"calipso/graph"
)

// Folder is a vertex that only groups others in the tree. Its id is its
// parent's id, "-" and Suffix; its name and object name are Text (rule DM-09).
type Folder struct {
	Suffix string
	Type   graph.VertexType
	Text   string
}

// under says which folder the children of one type have below a parent.
type under struct {
	parent, child graph.VertexType
	folder        Folder
	static        bool // exists also when it is empty
}

var folderRules = []under{
	{graph.Root, graph.Region, Folder{"regions", "regions_folder", "Regions"}, true},
	{graph.Root, graph.Project, Folder{"projects", "projects_folder", "Projects"}, true},
	{graph.Root, Namespace, Folder{"namespaces", "namespaces_folder", "Namespaces"}, false},
	{graph.Root, graph.Host, Folder{"hosts", "hosts_folder", "Hosts"}, false},
	{graph.Root, graph.Network, Folder{"networks", "networks_folder", "Networks"}, false},
	{graph.Root, graph.Switch, Folder{"switches", "switches_folder", "Switches"}, false},
	{graph.Region, graph.Aggregate, Folder{"aggregates", "aggregates_folder", "Aggregates"}, true},
	{graph.Region, graph.AvailabilityZone, Folder{"availability_zones", "availability_zones_folder", "Availability Zones"}, false},
	{graph.Region, graph.VService, Folder{"vservices", "vservices_folder", "Distributed vServices"}, false},
	{Namespace, graph.VService, Folder{"vservices", "vservices_folder", "Vservices"}, false},
	{Namespace, graph.Aggregate, Folder{"aggregates", "aggregates_folder", "Aggregates"}, false},
	{graph.Project, graph.Network, Folder{"networks", "networks_folder", "Networks"}, false},
	{graph.Network, graph.Port, Folder{"ports", "ports_folder", "Ports"}, true},
	{graph.Network, "", Folder{"network_services", "network_services_folder", "Network vServices"}, true},
	{graph.Host, graph.VService, Folder{"vservices", "vservices_folder", "vServices"}, true},
	{graph.Host, graph.Instance, Folder{"instances", "instances_folder", "Instances"}, true},
	{graph.Host, graph.HostPNIC, Folder{"host_pnics", "pnics_folder", "pNICs"}, true},
	{graph.Host, graph.VConnector, Folder{"vconnectors", "vconnectors_folder", "vConnectors"}, true},
	{graph.Host, graph.VEdge, Folder{"vedges", "vedges_folder", "vEdges"}, true},
	{graph.Host, graph.NetworkAgent, Folder{"network_agents", "network_agents_folder", "Network agents"}, true},
	{graph.Host, Pod, Folder{"pods", "pods_folder", "Pods"}, false},
	{graph.Host, graph.VNIC, Folder{"vnics", "vnics_folder", "vNICs"}, false},
	{graph.Host, Disk, Folder{"disks", "disks_folder", "Disks"}, false},
	{graph.Host, Partition, Folder{"partitions", "partitions_folder", "Partitions"}, false},
	{graph.Host, OSD, Folder{"osds", "osds_folder", "OSDs"}, false},
	{graph.Host, MonitoringAgent, Folder{"monitoring_agents", "monitoring_agents_folder", "Monitoring agents"}, false},
	{graph.Instance, graph.VNIC, Folder{"vnics", "vnics_folder", "vNICs"}, true},
	{graph.VService, graph.VNIC, Folder{"vnics", "vnics_folder", "vNICs"}, false},
	{graph.VEdge, graph.HostPNIC, Folder{"host_pnics", "pnics_folder", "VPP-pNICs"}, false},
	{Pod, Container, Folder{"containers", "containers_folder", "Containers"}, false},
}

// Folders is the chain of folders between a parent of the given type (Root:
// the environment) and a child that hangs under it, from the parent down; each
// folder's id continues that of the one before. Empty: the child hangs right
// under its parent.
func Folders(child *graph.Vertex, parent graph.VertexType) []Folder {
	for _, r := range folderRules {
		if r.parent != parent || r.child != child.Type {
			continue
		}
		chain := []Folder{r.folder}
		if child.Type == graph.VService && parent == graph.Host {
			chain = append(chain, serviceFolder(child.Attrs.String("service_type")))
		}
		return chain
	}
	return nil
}

// StaticFolders lists the folders that a vertex of the given type has also
// when they are empty (Root: those of an OpenStack environment).
func StaticFolders(parent graph.VertexType) []Folder {
	var out []Folder
	for _, r := range folderRules {
		if r.static && r.parent == parent {
			out = append(out, r.folder)
		}
	}
	return out
}

// IsFolder tells whether a type is that of a folder.
func IsFolder(t graph.VertexType) bool { return strings.HasSuffix(string(t), "_folder") }

// serviceFolder groups the vServices of a host by what they do. "miscellenaous"
// is spelt as clients know it.
func serviceFolder(serviceType string) Folder {
	switch serviceType {
	case "dhcp":
		return Folder{"dhcps", "vservice_dhcps_folder", "DHCP servers"}
	case "router":
		return Folder{"routers", "vservice_routers_folder", "Gateways"}
	}
	return Folder{"miscellenaous", "vservice_miscellenaous_folder", "Misc. services"}
}
