package catalog

import (
	"slices"
	"strings"

	"calipso/graph"
)

// Constant is one enumeration of the documented schema.
type Constant struct {
	Name string
	// EnvironmentType limits it to clouds of one type; empty: common to all.
	EnvironmentType string
	Data            []Entry
}

// Entry is one allowed value with the text that lists show for it.
type Entry struct{ Label, Value string }

// constants are the lists of both earlier versions joined (rule DM-14), with
// what current releases add (OVN, geneve, newer distributions).
var constants = []Constant{
	common("constraints", "network"),
	common("env_types", "Development=development", "Testing=testing", "Staging=staging", "Production=production"),
	common("log_levels", "CRITICAL=critical", "ERROR=error", "WARNING=warning", "INFO=info", "DEBUG=debug", "NOTSET=notset"),
	common("environment_types", "OpenStack", "Kubernetes", "VMware", "Bare-metal"),
	common("environment_monitoring_types", "Sensu", "Telegraf"),
	common("link_states", "up", "down"),
	common("environment_provision_types", "None", "Deploy", "Files", "DB"),
	common("environment_operational_status", "stopped", "running", "error"),
	common("monitoring_sides", "client", "server"),
	common("messages_severity", "panic", "alert", "crit", "error", "warn", "notice", "info", "debug"),
	common("scans_statuses", "Draft=draft", "Pending=pending", "Running=running", "Completed=completed",
		"Completed with errors=completed_with_errors", "Failed=failed", "Aborted=aborted"),
	common("configuration_targets", "AMQP", "CLI", "ACI", "mysql", "OpenStack", "Monitoring", "Kubernetes"),
	common("message_source_systems", "OpenStack", "Calipso", "Sensu", "Kubernetes"),
	common("monitoring_check_statuses", "OK=0", "Warning=1", "Error=2"),
	common("type_drivers", "local", "vlan", "vxlan", "gre", "flat", "geneve", "bgp", "ipip"),
	common("distribution_versions", "6.0", "7.0", "8.0", "9.0", "9.1", "10.0", "1.9", "1.10", "1.14", "1.17", "2.1.6",
		"Icehouse", "Juno", "Kilo", "Liberty", "Mitaka", "Newton", "Ocata", "queens", "rocky", "stein", "train", "ussuri", "victoria",
		"wallaby", "xena", "yoga", "zed", "2023.1", "2023.2", "2024.1", "2024.2", "2025.1", "7.0.0-0.10.dev1682", "Euphrates", "10239", "10307", "10918",
		"11190", "13840", "18079", "18606", "19312", "25738"),
	of(OpenStack, "mechanism_drivers", "OVS", "OVN", "VPP", "LXB", "SRIOV", "ACI", "Arista", "Nexus"),
	of(Kubernetes, "mechanism_drivers", "OVS", "VPP", "SRIOV", "Calico", "Flannel"),
	of(OpenStack, "distributions", "Mirantis", "RDO", "Devstack", "Canonical", "Apex", "Packstack", "Stratoscale", "Mercury", "Kolla", "Debian"),
	of(Kubernetes, "distributions", "Rancher", "Kubernetes"),
}

// derivedConstants are the enumerations that follow from the other tables.
func derivedConstants() []Constant {
	var out []Constant
	for _, env := range onBoth {
		types, linked, links := []string{}, []string{}, []string{}
		for _, t := range vertexTypes {
			if slices.Contains(t.Environments, env) {
				types = append(types, string(t.Type))
			}
			if slices.Contains(t.Environments, env) && t.Linked {
				linked = append(linked, string(t.Type))
			}
		}
		for _, e := range edgeTypes {
			if slices.Contains(e.Environments, env) {
				links = append(links, string(e.Type))
			}
		}
		out = append(out, of(env, "object_types", types...), of(env, "object_types_for_links", linked...), of(env, "link_types", links...))
	}
	var scanned []string
	for _, t := range vertexTypes {
		scanned = append(scanned, string(t.Type))
	}
	for _, r := range folderRules {
		if !slices.Contains(scanned, string(r.folder.Type)) {
			scanned = append(scanned, string(r.folder.Type))
		}
	}
	return append(out, common("scan_object_types", scanned...))
}

func common(name string, values ...string) Constant { return of("", name, values...) }

// of makes a constant from "label=value" or from values that are their own
// labels.
func of(env, name string, values ...string) Constant {
	c := Constant{Name: name, EnvironmentType: env}
	for _, v := range values {
		label, value, ok := strings.Cut(v, "=")
		if !ok {
			value = label
		}
		c.Data = append(c.Data, Entry{label, value})
	}
	return c
}

// Constants lists all enumerations.
func Constants() []Constant { return append(slices.Clone(constants), derivedConstants()...) }

// ConstantValues are the allowed values of an enumeration for one environment
// type; empty means OpenStack. ok is false if there is no such enumeration.
func ConstantValues(name, environmentType string) (values []string, ok bool) {
	if environmentType == "" {
		environmentType = OpenStack
	}
	for _, c := range Constants() {
		if c.Name != name || (c.EnvironmentType != "" && c.EnvironmentType != environmentType) {
			continue
		}
		ok = true
		for _, e := range c.Data {
			values = append(values, e.Value)
		}
	}
	return values, ok
}

// Document is the enumeration in the documented shape.
func (c Constant) Document() *graph.Document {
	data := make([]any, len(c.Data))
	for i, e := range c.Data {
		data[i] = map[string]any{"label": e.Label, "value": e.Value}
	}
	b := graph.Attrs{"name": c.Name, "data": data, "shipped": true}
	if c.EnvironmentType != "" {
		b["environment_type"] = c.EnvironmentType
	}
	return shippedDocument(graph.Constants, c.EnvironmentType+" "+c.Name, b)
}
