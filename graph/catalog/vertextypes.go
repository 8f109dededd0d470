package catalog

import (
	"slices"

	"calipso/graph"
)

// Vertex types that no fetcher of the first version yields, but old data has.
const (
	Namespace       graph.VertexType = "namespace"
	Pod             graph.VertexType = "pod"
	PodRef          graph.VertexType = "pod_ref"
	Container       graph.VertexType = "container"
	Disk            graph.VertexType = "disk"
	Partition       graph.VertexType = "partition"
	OSD             graph.VertexType = "osd"
	MonitoringAgent graph.VertexType = "monitoring_agent"
)

// The environment types that a row may be limited to.
const (
	OpenStack  = "OpenStack"
	Kubernetes = "Kubernetes"
)

// VertexType describes one type of vertex.
type VertexType struct {
	Type graph.VertexType
	// Name and Plural are the words that people read: "vNIC", "vNICs".
	Name, Plural string
	Description  string
	// Layer orders maps from the guest (1) down to the switch (8) and the
	// network (9). 0: above all of these, groups and places.
	Layer int
	// Environments are the environment types that have it.
	Environments []string
	// Parents are the types it may hang under in the tree, folders left out.
	// The first is the usual one.
	Parents []graph.VertexType
	// Linked tells whether edges may end at it.
	Linked bool
}

var (
	onOpenStack = []string{OpenStack}
	onKube      = []string{Kubernetes}
	onBoth      = []string{OpenStack, Kubernetes}
)

// vertexTypes are all types but folders, in the order of the tree.
var vertexTypes = []VertexType{
	{graph.Region, "Region", "Regions", "Part of a cloud with endpoints of its own", 0, onOpenStack, parents(graph.Root), false},
	{graph.Project, "Project", "Projects", "Owner of instances, networks and quota (tenant)", 0, onOpenStack, parents(graph.Root), false},
	{graph.AvailabilityZone, "Availability zone", "Availability Zones", "Group of hosts that users may choose", 0, onOpenStack, parents(graph.Region), false},
	{graph.Aggregate, "Aggregate", "Aggregates", "Group of hosts, or of pods, made by operators", 0, onBoth, parents(graph.Region, Namespace), true},
	{graph.HostRef, "Host reference", "Host references", "A host's membership of an aggregate", 0, onOpenStack, parents(graph.Aggregate), true},
	{Namespace, "Namespace", "Namespaces", "Name space of a Kubernetes cluster", 0, onKube, parents(graph.Root), false},
	{PodRef, "Pod reference", "Pod references", "A pod's membership of an aggregate", 0, onKube, parents(graph.Aggregate), true},
	{graph.Host, "Host", "Hosts", "Machine that runs instances, containers or services of the cloud", 0, onBoth, parents(graph.AvailabilityZone, graph.Region, graph.Root), true},
	{graph.NetworkAgent, "Network agent", "Network agents", "Service that sets up networking on one host", 0, onBoth, parents(graph.Host), false},
	{MonitoringAgent, "Monitoring agent", "Monitoring agents", "Service that measures one host", 0, onOpenStack, parents(graph.Host), false},
	{Pod, "Pod", "Pods", "Containers that share an address", 1, onKube, parents(graph.Host), true},
	{graph.Instance, "Instance", "Instances", "Virtual machine", 1, onOpenStack, parents(graph.Host), true},
	{Container, "Container", "Containers", "Process group in a pod", 2, onKube, parents(Pod), true},
	{graph.VService, "vService", "vServices", "Network function for guests: router, DHCP server, load balancer", 1, onBoth, parents(graph.Host, graph.Region, Namespace), true},
	{graph.Port, "Port", "Ports", "Place in a network with a MAC address, as the network service keeps it", 2, onOpenStack, parents(graph.Network), false},
	{graph.VNIC, "vNIC", "vNICs", "Virtual interface of an instance, container or vService", 2, onBoth, parents(graph.Instance, graph.VService, graph.Host), true},
	{graph.VConnector, "vConnector", "vConnectors", "Layer 2 domain inside one host: a Linux bridge or VPP bridge domain", 3, onBoth, parents(graph.Host), true},
	{graph.VEdge, "vEdge", "vEdges", "Virtual switch that joins a host's guests to the wire: Open vSwitch, OVN, VPP, SR-IOV", 4, onBoth, parents(graph.Host), true},
	{graph.OTEP, "OTEP", "OTEPs", "Overlay tunnel endpoint (VXLAN, GRE, Geneve)", 5, onBoth, parents(graph.VEdge, graph.VConnector), true},
	{graph.HostPNIC, "Host pNIC", "Host pNICs", "Physical interface, bond or team of a host", 6, onBoth, parents(graph.Host, graph.VEdge), true},
	{graph.SwitchPNIC, "Switch pNIC", "Switch pNICs", "Port of a physical switch", 7, onBoth, parents(graph.Switch), true},
	{graph.Switch, "Switch", "Switches", "Physical switch", 8, onBoth, parents(graph.Root), true},
	{graph.Network, "Network", "Networks", "Layer 2 segment that guests attach to", 9, onBoth, parents(graph.Project, graph.Root), true},
	{OSD, "OSD", "OSDs", "Ceph object storage daemon", 2, onOpenStack, parents(graph.Host), true},
	{Partition, "Partition", "Partitions", "Partition of a disk", 3, onOpenStack, parents(graph.Host), true},
	{Disk, "Disk", "Disks", "Disk of a host", 4, onBoth, parents(graph.Host), true},
}

func parents(t ...graph.VertexType) []graph.VertexType { return t }

var vertexTypeIndex = func() map[graph.VertexType]int {
	m := make(map[graph.VertexType]int, len(vertexTypes))
	for i, t := range vertexTypes {
		m[t.Type] = i
	}
	return m
}()

// VertexTypes lists all types but folders, in the order of the tree. The
// slice is the caller's.
func VertexTypes() []VertexType { return slices.Clone(vertexTypes) }

// VertexTypeOf looks a type up; ok is false for folders and unknown types.
func VertexTypeOf(t graph.VertexType) (VertexType, bool) {
	i, ok := vertexTypeIndex[t]
	if !ok {
		return VertexType{}, false
	}
	return vertexTypes[i], true
}
