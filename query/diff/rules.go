package diff

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/graph/fields"
)

// Rules say which fields do not count, and which tell a status. A field is
// named by its key, wherever in an object it stands: "updated_at" also stands
// for "services.nova-compute.updated_at". A dot joins keys of which one stands
// in the other.
type Rules struct {
	// Ignore lists keys by object type; those under AllTypes hold for all types.
	Ignore map[graph.VertexType][]string `json:"ignore"`
	// IgnoreLinks lists keys of links.
	IgnoreLinks []string `json:"ignore_links"`
	// Status lists the keys that tell the state of an object or link. They are
	// compared apart from the others.
	Status []string `json:"status"`
}

// AllTypes stands for every object type among the rules.
const AllTypes graph.VertexType = "*"

// DefaultRules ignore what changes by itself: times at which something was last
// heard of or written, counters, what hosts measure of their own load, and raw
// output whose meaning stands in other fields (rule C-2). The caller may change
// them.
func DefaultRules() *Rules {
	var agent []string
	for _, k := range []string{
		"devices", "networks", "subnets", "ports", "routers", "interfaces", "ex_gw_ports", "floating_ips", "instances", "pools",
	} {
		agent = append(agent, "configurations."+k, "config."+k)
	}
	agent = append(agent, "load", "resource_versions", "resources_synced")
	return &Rules{
		Ignore: map[graph.VertexType][]string{
			AllTypes: {
				"_id", "part", "last_scanned", "status_timestamp", "status_text", "heartbeat_timestamp", "statistics",
				"updated", "updated_at", "revision_number", "data",
			},
			graph.Host: append([]string{
				"current_workload", "disk_available_least", "free_disk_gb", "free_ram_mb", "local_gb_used", "memory_mb_used",
				"running_vms", "vcpus_used", "resources.used", "uptime",
			}, agent...),
			graph.Instance:     {"progress", "hostId"},
			graph.NetworkAgent: agent,
			graph.VEdge:        agent,
			graph.VConnector:   agent,
			graph.VNIC:         {"interface_index"},
			graph.HostPNIC:     {"index"},
		},
		IgnoreLinks: []string{"last_scanned", "status_timestamp", "status_text", "statistics"},
		Status: []string{
			"status", "state", "operstate", "power_state", "vm_state", "task_state", "host_status", "hypervisor_status",
			"alive", "active", "available", "Link detected",
		},
	}
}

// matcher decides about the fields of one type.
type matcher struct {
	ignored [][]string // keys, split
	status  []string
}

func (r *Rules) objects(t graph.VertexType) matcher {
	return newMatcher(r.Status, r.Ignore[AllTypes], r.Ignore[t])
}

func (r *Rules) links() matcher { return newMatcher(r.Status, r.IgnoreLinks) }

func newMatcher(status []string, ignored ...[]string) matcher {
	m := matcher{status: status}
	for _, key := range slices.Concat(ignored...) {
		m.ignored = append(m.ignored, strings.Split(key, "."))
	}
	return m
}

// skips tells whether the last of some keys, which lead into an object, is
// ignored.
func (m matcher) skips(keys []string) bool {
	return slices.ContainsFunc(m.ignored, func(rule []string) bool {
		return len(rule) <= len(keys) && slices.Equal(rule, keys[len(keys)-len(rule):])
	})
}

// sort drops the changes that do not count and parts those of status from the
// others; also names fields that do not count either.
func (m matcher) sort(changes []fields.Change, also ...string) (other, status []fields.Change) {
	for i, c := range changes {
		keys := keysOf(c.Field)
		if slices.Contains(also, c.Field) || stated(changes[:i], c) || m.skipsAny(keys) || m.canonical(keys, c.Old) == m.canonical(keys, c.New) {
			continue
		}
		if slices.Contains(m.status, keys[len(keys)-1]) {
			status = append(status, c)
		} else {
			other = append(other, c)
		}
	}
	return other, status
}

// stated tells whether a field is there already: sources repeat common fields,
// such as the host, among the attributes.
func stated(before []fields.Change, c fields.Change) bool {
	return slices.ContainsFunc(before, func(b fields.Change) bool {
		return b.Field == c.Field && fields.Equal(b.Old, c.Old) && fields.Equal(b.New, c.New)
	})
}

func (m matcher) skipsAny(keys []string) bool {
	for n := range keys {
		if m.skips(keys[:n+1]) {
			return true
		}
	}
	return false
}

// keysOf are the keys in the path of a field, without what tells the elements of
// lists apart.
func keysOf(path string) []string {
	var keys []string
	var key strings.Builder
	quoted, inside := false, false
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case quoted && c == '\\' && i+1 < len(path):
			i++
			if !inside {
				key.WriteByte(path[i])
			}
		case c == '"':
			quoted = !quoted
		case quoted:
			if !inside {
				key.WriteByte(c)
			}
		case c == '[':
			inside = true
		case c == ']':
			inside = false
		case inside:
		case c == '.':
			keys = append(keys, key.String())
			key.Reset()
		default:
			key.WriteByte(c)
		}
	}
	return append(keys, key.String())
}

// canonical spells a value without ignored keys and with lists in one order:
// two values of the same spelling are the same to a comparison. Sources give
// lists in whatever order they have them.
func (m matcher) canonical(keys []string, v any) string {
	b, err := json.Marshal(m.plain(keys, v))
	if err != nil { // attributes have JSON forms
		return err.Error()
	}
	return string(b)
}

func (m matcher) plain(keys []string, v any) any {
	switch v := v.(type) {
	case graph.Attrs:
		return m.plain(keys, map[string]any(v))
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			if at := append(keys[:len(keys):len(keys)], k); e != nil && !m.skips(at) {
				out[k] = m.plain(at, e)
			}
		}
		return out
	case []any:
		out := make([]json.RawMessage, len(v))
		for i, e := range v {
			out[i] = json.RawMessage(m.canonical(keys, e))
		}
		slices.SortFunc(out, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
		return out
	}
	return v
}
