package catalog

import (
	"slices"

	"calipso/graph"
)

// EdgeType describes one type of link. Types are stored in one direction;
// mirrored ones exist for clique types, which walk both ways.
type EdgeType struct {
	Type        graph.EdgeType
	Description string
	// Stored: discovery writes edges of this type. Otherwise it is the mirror
	// of one that is.
	Stored bool
	// Environments are the environment types that have it.
	Environments []string
}

// storedEdgeTypes are the links that discovery finds.
var storedEdgeTypes = []EdgeType{
	{"instance-vnic", "instance owns vNIC", true, onOpenStack},
	{"vservice-vnic", "vService owns vNIC", true, onBoth},
	{"vnic-vconnector", "vNIC is plugged into bridge", true, onBoth},
	{"vnic-vedge", "vNIC is plugged into virtual switch", true, onBoth},
	{"vconnector-vedge", "bridge is joined to virtual switch", true, onBoth},
	{"vconnector-otep", "tunnel interface is plugged into bridge", true, onBoth},
	{"vconnector-host_pnic", "bridge has the interface as member", true, onBoth},
	{"vedge-otep", "virtual switch sends overlay traffic from endpoint", true, onBoth},
	{"vedge-host_pnic", "virtual switch has the interface as port", true, onBoth},
	{"otep-vconnector", "endpoint's address sits on bridge", true, onBoth},
	{"otep-host_pnic", "endpoint's traffic leaves by interface", true, onBoth},
	{"host_pnic-network", "interface carries network", true, onBoth},
	{"host_pnic-switch_pnic", "interface is cabled to switch port", true, onBoth},
	{"switch_pnic-switch_pnic", "leaf uplink is cabled to spine port", true, onBoth},
	{"switch-switch_pnic", "switch has port", true, onBoth},
	{"host-osd", "host runs storage daemon", true, onOpenStack},
	{"osd-partition", "storage daemon keeps its data on partition", true, onOpenStack},
	{"partition-disk", "partition lies on disk", true, onOpenStack},
	{"container-vnic", "container owns vNIC", true, onKube},
	{"container-vedge", "container is the virtual switch's own", true, onKube},
	{"container-network", "container is attached to network", true, onKube},
	{"vservice-pod", "service sends to pod", true, onKube},
	{"pod-container", "pod has container", true, onKube},
}

var edgeTypes = func() []EdgeType {
	out := slices.Clone(storedEdgeTypes)
	for _, t := range storedEdgeTypes {
		if r := t.Type.Reverse(); r != t.Type {
			i := slices.IndexFunc(out, func(e EdgeType) bool { return e.Type == r })
			if i < 0 {
				out = append(out, EdgeType{r, "mirror of " + string(t.Type), false, t.Environments})
			}
		}
	}
	return out
}()

// EdgeTypes lists the shipped edge types: those that are stored, then their
// mirrors. The slice is the caller's.
func EdgeTypes() []EdgeType { return slices.Clone(edgeTypes) }

// EdgeTypeOf looks an edge type up.
func EdgeTypeOf(t graph.EdgeType) (EdgeType, bool) {
	i := slices.IndexFunc(edgeTypes, func(e EdgeType) bool { return e.Type == t })
	if i < 0 {
		return EdgeType{}, false
	}
	return edgeTypes[i], true
}

// ValidEdgeType tells whether both ends of a type are types that edges may end
// at; so implicit types ("instance-network") and those that users add are
// valid without being listed (rule DM-14).
func ValidEdgeType(t graph.EdgeType) bool {
	from, to, ok := t.Ends()
	if !ok {
		return false
	}
	a, okA := VertexTypeOf(from)
	b, okB := VertexTypeOf(to)
	return okA && okB && a.Linked && b.Linked
}
