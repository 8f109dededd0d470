package graph

// The vertex types that code speaks of by name. The full table, with what each
// one is and where it hangs, is package catalog's.
const (
	// Root stands for the environment itself: it has no vertex, but is the
	// parent of the topmost ones.
	Root             VertexType = "environment"
	Region           VertexType = "region"
	Project          VertexType = "project"
	AvailabilityZone VertexType = "availability_zone"
	Aggregate        VertexType = "aggregate"
	HostRef          VertexType = "host_ref"
	Host             VertexType = "host"
	NetworkAgent     VertexType = "network_agent"
	Network          VertexType = "network"
	Port             VertexType = "port"
	Instance         VertexType = "instance"
	VNIC             VertexType = "vnic"
	VService         VertexType = "vservice"
	VConnector       VertexType = "vconnector"
	VEdge            VertexType = "vedge"
	OTEP             VertexType = "otep"
	HostPNIC         VertexType = "host_pnic"
	Switch           VertexType = "switch"
	SwitchPNIC       VertexType = "switch_pnic"
)
