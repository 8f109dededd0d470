package hostcli

import (
	"fmt"
	"strings"
	"time"

	"calipso/collect"
	"calipso/collect/hostcli/batch"
)

// command is a command to be asked on a host, before any translation.
type command struct {
	batch.Command
	class class
}

// slow is the time for tools that may take long: libvirt, whole tables.
const slow = 30 * time.Second

func plain(argv ...string) command {
	return command{Command: batch.Command{Argv: argv}}
}

// asRoot marks a command that ordinary users may not run.
func (c command) asRoot() command { c.Root = true; return c }

// in puts a command into the lane of its tool, so that one that hangs holds up
// its own kind only, and gives it the time that such a tool may need.
func (c command) in(k class) command {
	c.class = k
	if k == libvirt || k == ovs {
		c.Lane, c.Timeout = string(k), slow
	}
	return c
}

// The commands of the first round: they need nothing to be known of the host.
var (
	cmdOSRelease = plain("cat", "/etc/os-release")
	cmdUname     = plain("uname", "-rm")
	cmdAddress   = plain("ip", "-j", "-d", "address", "show")
	cmdSysNet    = plain("ls", "-l", "/sys/class/net")
	cmdPhysFn    = plain("sh", "-c", "ls -d /sys/class/net/*/device/physfn")
	cmdOVS       = plain("ovs-vsctl", "--timeout=10", "--format=json",
		"--", "--columns=_uuid,name,ports,datapath_type,fail_mode,external_ids,other_config", "list", "Bridge",
		"--", "--columns=_uuid,name,tag,trunks,vlan_mode,interfaces,bond_mode,lacp,bond_active_slave,external_ids,other_config", "list", "Port",
		"--", "--columns=_uuid,name,type,ofport,options,external_ids,mac_in_use,link_state,admin_state,mtu,error,ifindex", "list", "Interface",
		"--", "--columns=ovs_version,external_ids", "list", "Open_vSwitch").asRoot().in(ovs)
	cmdOVSAgent = plain("pgrep", "-c", "-f", "neutron-openvswitch-agent")
	cmdFDB      = plain("bridge", "-j", "fdb", "show").in(bridging)
	cmdDHCPNS   = plain("ip", "-j", "netns", "list").in(dhcpNS)
	cmdRouterNS = plain("ip", "-j", "netns", "list").in(routerNS)
	cmdDomains  = plain("virsh", "-r", "list", "--all", "--uuid", "--name").asRoot().in(libvirt)
	cmdLLDP     = plain("lldpctl", "-f", "json").asRoot()
	cmdBonding  = plain("ls", "-1", "/proc/net/bonding")
)

// What old tools understand, asked when they do not know -j.
var (
	cmdAddressText  = plain("ip", "-d", "address", "show")
	cmdBrctl        = plain("brctl", "show").asRoot().in(bridging)
	cmdFDBText      = plain("bridge", "fdb", "show").in(bridging)
	cmdDHCPNSText   = plain("ip", "netns", "list").in(dhcpNS)
	cmdRouterNSText = plain("ip", "netns", "list").in(routerNS)
)

// The commands of the second round name what the first one found.

func cmdNamespace(ns string, json bool) command {
	c := plain("ip", "-n", ns, "address", "show")
	if json {
		c = plain("ip", "-j", "-n", ns, "address", "show")
	}
	if strings.HasPrefix(ns, "qdhcp-") {
		return c.asRoot().in(dhcpNS)
	}
	return c.asRoot().in(routerNS)
}

func cmdDumpXML(domain string) command {
	return plain("virsh", "-r", "dumpxml", "--domain", domain).asRoot().in(libvirt)
}
func cmdEthtool(nic string) command       { return plain("ethtool", nic).asRoot() }
func cmdEthtoolDriver(nic string) command { return plain("ethtool", "-i", nic).asRoot() }
func cmdBond(name string) command         { return plain("cat", "/proc/net/bonding/"+name) }
func cmdTeam(name string) command         { return plain("teamdctl", name, "state", "dump").asRoot() }
func cmdSysAttr(nic, attr string) command { return plain("cat", "/sys/class/net/"+nic+"/"+attr) }

// key tells commands of one text but different containers apart.
func (c command) key() string { return string(c.class) + "\x00" + c.String() }

// errOf is the error that a result stands for, nil for status 0.
//
// Errors: *collect.CommandError, wrapped with collect.ErrAuth if sudo refused,
// and with collect.ErrUnreachable if the time was over.
func errOf(host string, r batch.Result) error {
	if r.Status == 0 {
		return nil
	}
	text := strings.TrimSpace(string(r.Stderr))
	if len(text) > 500 {
		text = text[len(text)-500:]
	}
	err := &collect.CommandError{Host: host, Command: r.Command.String(), Status: r.Status, Stderr: text}
	switch {
	case r.Status == batch.Unfinished:
		return fmt.Errorf("%w: %w", err, collect.ErrUnreachable)
	case strings.HasPrefix(text, "sudo: ") && strings.Contains(text, "command not found"):
		err.Status = 127
		return err
	case strings.HasPrefix(text, "sudo: "), strings.HasPrefix(text, "Sorry, user "):
		return fmt.Errorf("%w: %w", err, collect.ErrAuth)
	}
	return err
}
