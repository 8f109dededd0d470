package truth

import (
	"fmt"
	"slices"
	"strings"
)

// wiring joins one host's own answers with what Neutron's agent on it reports.
type wiring struct {
	*Host
	agent *Agent // the layer-2 agent, nil if the host has none
	ovs   bool   // the agent drives Open vSwitch
}

// uplink is how the frames of one network leave a host.
type uplink struct {
	nic    NIC
	tunnel bool
}

// The network types whose frames travel inside packets between hosts.
var tunnelled = map[string]bool{"vxlan": true, "gre": true, "geneve": true}

// uplink finds the one NIC that carries a network's frames off the host, if
// any does (rule: see README, "Which NIC carries which network").
//
// A tunnelled network leaves from the agent's tunnelling address, so by the NIC
// that has the address or is plugged into the bridge that has it. A vlan or
// flat network leaves by the NIC behind the bridge (Open vSwitch) or under the
// name (Linux bridge) that the agent maps its physical network to. A local
// network does not leave.
func (w *wiring) uplink(n *Network) (up uplink, ok bool, err error) {
	if w.agent == nil {
		return up, false, nil
	}
	conf := w.agent.Configurations
	var nics []NIC
	switch {
	case tunnelled[n.Type]:
		up.tunnel = true
		if !slices.Contains(conf.TunnelTypes, n.Type) {
			return up, false, nil
		}
		nics = w.behind(w.carrier(conf.TunnelingIP))
	case n.Type == "vlan" || n.Type == "flat":
		if bridge, ok := conf.BridgeMappings[n.Physical]; ok {
			nics = w.behind(bridge)
		} else if nic, ok := conf.InterfaceMappings[n.Physical]; ok {
			nics = w.behind(nic)
		} else {
			return up, false, nil
		}
	default:
		return up, false, nil
	}
	if len(nics) != 1 {
		return up, false, fmt.Errorf("truth: host %s: network %s (%s): %d NICs carry it, want 1", w.Name, n.Name, n.Type, len(nics))
	}
	up.nic = nics[0]
	return up, true, nil
}

// carrier is the interface that holds an address, "" if none does.
func (w *wiring) carrier(address string) string {
	for name, n := range w.NICs {
		if slices.Contains(n.Addresses, address) {
			return name
		}
	}
	return ""
}

// behind lists the physical NICs that an interface is or that are plugged into
// it.
func (w *wiring) behind(name string) []NIC {
	if n := w.NICs[name]; n.Physical {
		return []NIC{n}
	}
	var members []string
	for _, s := range w.Switches {
		if s.Name == name {
			for _, p := range s.Ports {
				members = append(members, p.Name)
			}
		}
	}
	for _, b := range w.Bridges {
		if b.Name == name {
			members = append(members, b.Members...)
		}
	}
	var out []NIC
	for _, m := range members {
		base, _, _ := strings.Cut(m, ".") // eth1.100 travels on eth1
		if n := w.NICs[base]; n.Physical {
			out = append(out, n)
		}
	}
	return out
}

// bridgeOf is the Linux bridge that an interface is plugged into.
func (w *wiring) bridgeOf(member string) (Bridge, bool) {
	for _, b := range w.Bridges {
		if slices.Contains(b.Members, member) {
			return b, true
		}
	}
	return Bridge{}, false
}

// plugged tells whether an interface is a port of Open vSwitch.
func (w *wiring) plugged(name string) bool {
	for _, s := range w.Switches {
		if slices.ContainsFunc(s.Ports, func(p SwitchPort) bool { return p.Name == name }) {
			return true
		}
	}
	return false
}

// tunnels are the remote ends that Open vSwitch sends to, sorted.
func (w *wiring) tunnels() []string {
	seen := map[string]bool{}
	for _, s := range w.Switches {
		for _, p := range s.Ports {
			if tunnelled[p.Type] {
				seen[p.Remote] = true
			}
		}
	}
	return sorted(seen)
}
