package openstack

import (
	"context"

	"calipso/collect"
	"calipso/graph"
)

// The types of a host, in the order host_type lists them.
const (
	controller = "Controller"
	compute    = "Compute"
	network    = "Network"
)

// hosts lists the hosts that Nova's services and Neutron's network agents run
// on, one vertex per host whatever forms of its name are in use (rule DIS-50).
//
// Source: GET /v2.1/os-services, /v2.1/os-availability-zone/detail,
// /v2.1/os-hypervisors/detail, /v2.0/agents.
// Attributes: host_type (list; by the services registered, not by whether they
// answer just now), services (object by binary: active, available, updated_at),
// zone, status (up, down), config (of its L3, DHCP or metadata agent); of a
// hypervisor os_id, ip_address and Nova's numbers in their units (vcpus,
// memory_mb, local_gb, …).
// Parent: the zone of its compute service, else another zone of it, else the
// region.
// Errors: those of list.
func (c *Conn) hosts(ctx context.Context, region *graph.Vertex) ([]*graph.Vertex, error) {
	var services, zones, hypervisors, agents []graph.Attrs
	err := gather(ctx, region.Name,
		lister{&services, c.list, listServices}, lister{&zones, c.list, listZones},
		lister{&hypervisors, c.list, listHypervisors}, lister{&agents, c.list, listAgents})
	if err != nil {
		return nil, err
	}
	all := &hostTable{names: newHostNames(services, c.set.aliases), rows: map[string]*hostRow{}}
	for _, s := range inOrder(services, "host", "binary") {
		all.service(s)
	}
	for _, z := range inOrder(zones, "zoneName") {
		all.zone(z)
	}
	all.hypervisors(hypervisors)
	for _, a := range inOrder(agents, "host", "binary", "id") {
		all.agent(a)
	}
	return all.vertices(region, zones), nil
}

// hostTable gathers what the lists say of each host.
type hostTable struct {
	names *hostNames
	rows  map[string]*hostRow
}

type hostRow struct {
	types       map[string]bool
	services    map[string]any // binary → state
	computeZone string
	otherZone   string
	agentZone   string // Neutron's own, need not exist in Nova
	hypervisor  graph.Attrs
	config      map[string]any
	configRank  int
	alive       bool // something on it answers
}

// row is the host of a name, new if there was none.
func (t *hostTable) row(name string) *hostRow {
	t.names.add(name)
	id, _ := t.names.resolve(name)
	if t.rows[id] == nil {
		t.rows[id] = &hostRow{types: map[string]bool{}, services: map[string]any{}}
	}
	return t.rows[id]
}

// service adds a record of os-services.
func (t *hostTable) service(s graph.Attrs) {
	if s.String("host") == "" {
		return
	}
	r := t.row(s.String("host"))
	state := map[string]any{"active": s.String("status") == "enabled", "available": s.String("state") == "up"}
	if at := s.String("updated_at"); at != "" {
		state["updated_at"] = at
	}
	r.state(s.String("binary"), state, s.String("zone"))
}

// zone adds a record of os-availability-zone/detail.
func (t *hostTable) zone(z graph.Attrs) {
	members := z.Map("hosts")
	for _, host := range sorted(members) {
		services := members.Map(host)
		for _, binary := range sorted(services) {
			t.row(host).state(binary, services.Map(binary).Clone(), z.String("zoneName"))
		}
	}
}

// state notes a service of a host and what it makes of the host.
func (r *hostRow) state(binary string, state map[string]any, zone string) {
	r.services[binary] = state
	r.alive = r.alive || graph.Attrs(state).Bool("available")
	switch binary {
	case "nova-compute":
		r.types[compute] = true
		r.computeZone = zone
	case "nova-conductor", "nova-scheduler":
		r.types[controller] = true
		r.otherZone = zone
	default:
		r.otherZone = zone
	}
}

// agentRank says which network agent's settings a host shows: the highest.
var agentRank = map[string]int{"Metadata agent": 1, "OVN Controller Gateway agent": 2, "DHCP agent": 3, "L3 agent": 4}

// agent adds a record of Neutron's agents, if it makes its host a network one.
func (t *hostTable) agent(a graph.Attrs) {
	rank, ok := agentRank[a.String("agent_type")]
	if !ok || a.String("host") == "" {
		return
	}
	name := a.String("host")
	if id, known := t.names.resolve(name); known {
		name = id
	}
	r := t.row(name)
	r.types[network] = true
	r.alive = r.alive || a.Bool("alive")
	if z := a.String("availability_zone"); z != "" {
		r.agentZone = z
	}
	if rank > r.configRank {
		r.config, r.configRank = configurations(a), rank
	}
}

// vertices are the hosts, by id.
func (t *hostTable) vertices(region *graph.Vertex, zones []graph.Attrs) []*graph.Vertex {
	zoneNames := index(zones, "zoneName")
	var out []*graph.Vertex
	for _, id := range sorted(t.rows) {
		r := t.rows[id]
		v := &graph.Vertex{ID: graph.ID(id), Type: graph.Host, Name: id, Host: id, Parent: region.ID, Attrs: r.attrs()}
		if zone := r.zone(zoneNames); zone != "" {
			v.Parent = collect.ZoneID(zone)
			v.Attrs["zone"] = zone
		}
		out = append(out, v)
	}
	return out
}

// zone is the zone a host belongs to: of its compute service, of another
// service, of its network agents, "internal"; each only if Nova lists it.
func (r *hostRow) zone(known map[string]graph.Attrs) string {
	for _, z := range []string{r.computeZone, r.otherZone, r.agentZone, "internal"} {
		if known[z] != nil {
			return z
		}
	}
	return ""
}

func (r *hostRow) attrs() graph.Attrs {
	a := graph.Attrs{}
	if r.hypervisor != nil {
		a = hypervisorAttrs(r.hypervisor)
	}
	var types []any
	for _, t := range []string{controller, compute, network} {
		if r.types[t] {
			types = append(types, t)
		}
	}
	a["host_type"] = types
	a["services"] = r.services
	if a.String("status") == "" {
		a["status"] = updown(r.alive)
	}
	if r.config != nil {
		a["config"] = r.config
	}
	return a
}

func updown(up bool) string {
	if up {
		return "up"
	}
	return "down"
}
