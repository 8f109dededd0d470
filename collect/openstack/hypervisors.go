package openstack

import (
	"fmt"

	"calipso/graph"
)

// hypervisors gives each host its hypervisor. A host with several is a manager
// of bare metal (Ironic): their numbers are not its own.
func (t *hostTable) hypervisors(records []graph.Attrs) {
	byHost := map[string][]graph.Attrs{}
	for _, h := range records {
		if host := hypervisorHost(h); host != "" && h.String("hypervisor_type") != "ironic" {
			byHost[host] = append(byHost[host], h)
		}
	}
	for _, host := range sorted(byHost) {
		r := t.row(host)
		r.types[compute] = true
		if len(byHost[host]) == 1 {
			r.hypervisor = byHost[host][0]
		}
	}
}

// hypervisorHost is the Nova host that runs a hypervisor.
func hypervisorHost(h graph.Attrs) string { return h.Map("service").String("host") }

// hypervisorAttrs are the attributes of a host that Nova keeps with its
// hypervisor. Up to microversion 2.87 they include numbers; cpu_info is text
// in old versions.
func hypervisorAttrs(h graph.Attrs) graph.Attrs {
	a := without(h, "service", "status", "state", "uptime", "host_ip")
	a["os_id"] = idText(h["id"])
	a["status"] = h.String("state")
	a["hypervisor_status"] = h.String("status")
	if ip := h.String("host_ip"); ip != "" {
		a["ip_address"] = ip
	}
	if text := h.String("cpu_info"); text != "" {
		if parsed, err := graph.ParseJSON([]byte(text)); err == nil {
			a["cpu_info"] = map[string]any(parsed)
		}
	}
	sortSets(a.Map("cpu_info"), "features") // a set that libvirt shuffles
	return a
}

// idText is a number or a text as text.
func idText(id any) string {
	if id == nil {
		return ""
	}
	return fmt.Sprint(id)
}
