package hostcli

import (
	"strings"

	"calipso/collect/hostcli/batch"
	"calipso/graph"
)

// class is a kind of tool that some distributions keep in a container.
type class string

const (
	onHost   class = ""
	dhcpNS   class = "netns-dhcp"
	routerNS class = "netns-router"
	libvirt  class = "libvirt"
	ovs      class = "ovs"
	bridging class = "bridge"
)

// translation tells in which container the tools of a class live (rule
// DIS-35). Classes that it does not name are the host's own.
type translation struct {
	engine     string // docker or podman
	containers map[class]string
}

// translations are those of the distributions that use containers; <v> stands
// for the distribution's version.
var translations = map[string]translation{
	"mercury": {engine: "docker", containers: map[class]string{
		dhcpNS:   "neutron_dhcp_agent_<v>",
		routerNS: "neutron_l3_agent_<v>",
		libvirt:  "novalibvirt_<v>",
		ovs:      "ovs_vswitch_<v>",
		bridging: "ovs_vswitch_<v>",
	}},
	"kolla": {engine: "docker", containers: map[class]string{
		dhcpNS:   "neutron_dhcp_agent",
		routerNS: "neutron_l3_agent",
		libvirt:  "nova_libvirt",
		ovs:      "openvswitch_vswitchd",
	}},
	"tripleo": {engine: "podman", containers: map[class]string{
		dhcpNS:   "neutron_dhcp",
		routerNS: "neutron_l3_agent",
		libvirt:  "nova_libvirt",
	}},
}

// translationFor picks the table of the environment's distribution, with what
// the environment's own cli_translation says laid over it: an object of class
// → container ("" for the host itself) and "engine".
func translationFor(env *graph.Environment) translation {
	base := translations[strings.ToLower(env.Distribution)]
	t := translation{engine: base.engine, containers: map[class]string{}}
	for c, name := range base.containers {
		t.containers[c] = strings.ReplaceAll(name, "<v>", env.Version)
	}
	own := env.Body.Map("cli_translation")
	if sec, ok := env.Section(sectionName); ok && own == nil {
		own = sec.Map("cli_translation")
	}
	for k := range own {
		if k == "engine" {
			t.engine = own.String(k)
			continue
		}
		t.containers[class(k)] = own.String(k)
	}
	if t.engine == "" {
		t.engine = "docker"
	}
	return t
}

// apply puts a command into its container; ok is false if it has none.
func (t translation) apply(c command) (in batch.Command, ok bool) {
	name := t.containers[c.class]
	if name == "" {
		return c.Command, false
	}
	in = c.Command
	in.Argv = append([]string{t.engine, "exec", "--user", "root", name}, c.Argv...)
	in.Root = true
	return in, true
}

// noContainer tells that a command failed for want of its container, so that
// the host's own tool is worth a try.
func noContainer(r batch.Result) bool {
	text := strings.ToLower(string(r.Stderr))
	return r.Status == 127 || r.Status != 0 &&
		(strings.Contains(text, "no such container") || strings.Contains(text, "is not running") ||
			strings.Contains(text, "executable file not found") || strings.HasPrefix(text, "sudo: ") && strings.Contains(text, "command not found"))
}
