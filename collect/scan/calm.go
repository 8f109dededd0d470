package scan

import (
	"context"
	"reflect"

	"calipso/graph"
)

// restless are attributes, at any depth, that change from minute to minute
// without anything having changed: heart beats, and what a host has free at the
// moment. They are stored, but alone they make no new version of an object.
var restless = map[graph.VertexType]map[string]bool{
	graph.Host: set("updated_at", "heartbeat_timestamp", "memory_mb", "memory_mb_used", "free_ram_mb", "free_disk_gb",
		"local_gb_used", "disk_available_least", "current_workload", "uptime"),
	graph.AvailabilityZone: set("updated_at"),
	graph.NetworkAgent:     set("heartbeat_timestamp"),
	graph.VEdge:            set("heartbeat_timestamp"),
}

func set(names ...string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}

// calm puts back the stored attributes of objects of which nothing but restless
// ones differ.
func (r *run) calm(ctx context.Context) error {
	for t, names := range restless {
		for _, v := range r.draft.Of(t) {
			if _, stored := r.known.of[v.ID]; !stored {
				continue
			}
			old, err := r.known.view.Vertex(ctx, v.ID)
			if err != nil {
				return err
			}
			if reflect.DeepEqual(without(map[string]any(v.Attrs), names), without(map[string]any(old.Attrs), names)) {
				v.Attrs = old.Attrs.Clone()
			}
		}
	}
	return nil
}

// without is a value less the members of some names, at any depth.
func without(v any, names map[string]bool) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			if !names[k] {
				out[k] = without(e, names)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = without(e, names)
		}
		return out
	}
	return v
}
