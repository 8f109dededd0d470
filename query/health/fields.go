package health

import (
	"fmt"
	"slices"
	"strings"

	"calipso/graph"
)

// RulesVersion names the rules of this file; reports state it. It goes up when
// they change, since old reports were made by others.
const RulesVersion = "1"

// rule reads one attribute. Values are compared as text in lower case.
type rule struct {
	field string
	// says maps values to levels; "*" stands for all others that are there. A
	// value that maps to the empty level says nothing.
	says map[string]Level
}

// watched are the words that monitoring writes into the status of an object of
// any type.
var watched = map[string]Level{"ok": OK, "warning": Warning, "error": Error, "critical": Error, "unknown": Unknown}

// link is the state of an interface as the kernel and ethtool give it. A device
// that has no notion of a carrier is "UNKNOWN".
var link = []rule{
	{"state", map[string]Level{"up": OK, "down": Error, "lowerlayerdown": Error, "notpresent": Error, "dormant": Warning, "testing": Warning}},
	{"operstate", map[string]Level{"up": OK, "down": Error, "lowerlayerdown": Error, "notpresent": Error, "dormant": Warning, "testing": Warning}},
	{"Link detected", map[string]Level{"yes": OK, "no": Error}},
}

// agent is a Neutron agent: one that is switched off by an administrator is a
// warning, one that does not answer an error.
var agent = []rule{
	{"alive", map[string]Level{"true": OK, "false": Error}},
	{"status", map[string]Level{"up": OK, "down": Error}},
	{"admin_state_up", map[string]Level{"false": Warning}},
}

// rules are the fields that tell the status of each type; the worst counts.
// Types that are not listed have a status only if monitoring writes one.
var rules = map[graph.VertexType][]rule{
	graph.Instance: {
		{"status", map[string]Level{"active": OK, "error": Error, "unknown": Unknown, "*": Warning}},
		{"vm_state", map[string]Level{"active": OK, "error": Error, "*": Warning}},
		// libvirt's numbers by way of Nova: 1 runs, 3 paused, 4 shut down, 6 crashed, 7 suspended.
		{"power_state", map[string]Level{"1": OK, "0": Unknown, "6": Error, "*": Warning}},
		{"host_status", map[string]Level{"up": OK, "down": Error, "maintenance": Warning, "unknown": Unknown}},
		{"task_state", map[string]Level{"": "", "*": Warning}},
	},
	graph.Host: {
		{"status", map[string]Level{"up": OK, "down": Error}},
		{"hypervisor_status", map[string]Level{"enabled": OK, "disabled": Warning}},
	},
	graph.NetworkAgent: agent,
	graph.VEdge:        agent,
	graph.VService: {
		{"status", map[string]Level{"active": OK, "build": Warning, "allocating": Warning, "pending_update": Warning, "down": Error, "error": Error}},
		{"admin_state_up", map[string]Level{"false": Warning}},
	},
	graph.Network: {
		{"status", map[string]Level{"active": OK, "build": Warning, "down": Error, "error": Error}},
		{"admin_state_up", map[string]Level{"false": Warning}},
	},
	graph.Port: {
		{"status", map[string]Level{"active": OK, "build": Warning, "down": Warning, "error": Error}},
		{"admin_state_up", map[string]Level{"false": Warning}},
	},
	graph.HostPNIC: link, graph.SwitchPNIC: link, graph.VNIC: link, graph.VConnector: link, graph.OTEP: link,
}

// Of is the level of one object by its own fields, and what speaks against its
// being well. The empty level: no field says anything.
func Of(v *graph.Vertex) (Level, []string) {
	level := Level("")
	var reasons []string
	say := func(l Level, reason string) {
		level = worst(level, l)
		if l != OK && l != "" {
			reasons = append(reasons, reason)
		}
	}
	for _, r := range rulesOf(v.Type) {
		value := v.Attrs[r.field]
		if value == nil {
			continue
		}
		text := word(value)
		l, known := r.says[text]
		if !known && r.field == "status" {
			l, known = watched[text]
		}
		if !known {
			l = r.says["*"]
		}
		say(l, fmt.Sprintf("%s: %v", r.field, value))
	}
	if v.Type == graph.Host {
		for _, s := range services(v) {
			say(s.level, s.text)
		}
	}
	return level, reasons
}

// rulesOf are the rules of a type: any may have a status that monitoring wrote.
func rulesOf(t graph.VertexType) []rule {
	list := rules[t]
	if slices.ContainsFunc(list, func(r rule) bool { return r.field == "status" }) {
		return list
	}
	return append(list[:len(list):len(list)], rule{"status", watched})
}

// word is a value as rules spell it.
func word(v any) string {
	if v == nil {
		return ""
	}
	return strings.ToLower(fmt.Sprint(v))
}

type service struct {
	level Level
	text  string
}

// services are those that Nova says run on a host: one that is switched on and
// does not answer is an error, one that is switched off a warning.
func services(host *graph.Vertex) []service {
	all := host.Attrs.Map("services")
	var out []service
	for _, name := range sortedKeys(all) {
		s := all.Map(name)
		active, told := s["active"].(bool)
		switch available, there := s["available"].(bool); {
		case !told && !there:
		case told && !active:
			out = append(out, service{Warning, name + ": switched off"})
		case there && !available:
			out = append(out, service{Error, name + ": does not answer"})
		default:
			out = append(out, service{OK, ""})
		}
	}
	return out
}

func sortedKeys(m graph.Attrs) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// agentOf is the kind of agent that runs a service of a type; empty: none is
// known.
func agentOf(serviceType string) string {
	switch serviceType {
	case "dhcp":
		return "DHCP agent"
	case "router":
		return "L3 agent"
	}
	return ""
}
