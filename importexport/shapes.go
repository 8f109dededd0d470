package importexport

import (
	"fmt"
	"maps"
	"slices"

	"calipso/graph"
)

func toText(v any) string { return fmt.Sprint(v) }

// keyed says which attribute of a type the first version stored as an object
// keyed by data, and under what member the key goes in the list that is stored
// today (rule DM-11).
type keyed struct {
	typ   graph.VertexType
	attr  string
	key   string
	value string // the member that holds the value; empty: the value's members are the entry's
}

var keyedAttrs = []keyed{
	{graph.Region, "endpoints", "name", ""},
	{graph.AvailabilityZone, "hosts", "name", "services"},
	{graph.Network, "subnets", "name", ""},
	{graph.VEdge, "ports", "name", ""},
	{graph.VEdge, "tunnel_ports", "name", ""},
	{graph.OTEP, "ports", "name", ""},
	{graph.HostPNIC, "members", "name", ""},
	{graph.VConnector, "interfaces", "name", ""},
}

// listShapes brings the attributes of a vertex into the list shapes and tells
// whether one was not.
func listShapes(v *graph.Vertex) bool {
	changed := false
	for _, k := range keyedAttrs {
		if v.Type != k.typ {
			continue
		}
		m, ok := v.Attrs[k.attr].(map[string]any)
		if !ok {
			continue
		}
		list := make([]any, 0, len(m))
		for _, name := range slices.Sorted(maps.Keys(m)) {
			list = append(list, k.entry(name, m[name]))
		}
		v.Attrs[k.attr] = list
		changed = true
	}
	return changed
}

func (k keyed) entry(name string, v any) map[string]any {
	m, ok := v.(map[string]any)
	switch {
	case k.value != "":
		return map[string]any{k.key: name, k.value: v}
	case !ok:
		return map[string]any{k.key: name, "value": v}
	}
	e := maps.Clone(m)
	if _, has := e[k.key]; !has {
		e[k.key] = name
	}
	return e
}

// dropLeftovers removes what client libraries left in old documents at every
// level.
func dropLeftovers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		delete(v, "attribute_map")
		delete(v, "swagger_types")
		for k, e := range v {
			v[k] = dropLeftovers(e)
		}
	case []any:
		for i, e := range v {
			v[i] = dropLeftovers(e)
		}
	}
	return v
}
