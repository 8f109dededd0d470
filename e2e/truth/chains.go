package truth

import (
	"fmt"
	"slices"
	"strings"
)

// guests: instances with their interfaces, and the way from each of these to
// its network.
func (d *deriver) guests(w *wiring) error {
	servers := map[string]*Server{}
	for i := range d.cloud.Servers {
		servers[d.cloud.Servers[i].ID] = &d.cloud.Servers[i]
	}
	for _, g := range w.Domains {
		s := servers[g.UUID]
		if s == nil {
			return fmt.Errorf("truth: host %s: guest %s is no instance of the cloud", w.Name, g.UUID)
		}
		if s.Host != w.Name {
			return fmt.Errorf("truth: instance %s runs on %s, Nova says %s", s.Name, w.Name, s.Host)
		}
		var networks []string
		for _, dev := range g.Devices {
			port := d.byMAC[dev.MAC]
			if port == nil {
				return fmt.Errorf("truth: instance %s: no port has %s", s.Name, dev.MAC)
			}
			vnic := onHost(w.Name, dev.Name)
			d.object("vnic", vnic)
			first := d.link("instance-vnic", s.ID, vnic)
			d.Wants = append(d.Wants,
				Want{"vnic", vnic, "mac_address " + dev.MAC, text("mac_address", dev.MAC)},
				Want{"vnic", vnic, "network " + port.Network, text("network", port.Network)})
			if err := d.chain(w, "instance", s.ID, first, dev.Name, port); err != nil {
				return err
			}
			if !contains(networks, port.Network) {
				networks = append(networks, port.Network)
			}
			if !contains(d.Reach[port.Network], s.ID) {
				d.Reach[port.Network] = append(d.Reach[port.Network], s.ID)
			}
		}
		d.Wants = append(d.Wants, Want{"instance", s.ID, "network " + strings.Join(networks, " "), exactly("network", networks)})
	}
	return nil
}

// services: router and DHCP namespaces with their interfaces.
func (d *deriver) services(w *wiring) error {
	for _, ns := range w.Namespaces {
		kind, _, ok := strings.Cut(ns.Name, "-")
		if !ok || (kind != "qrouter" && kind != "qdhcp") {
			continue
		}
		id := onHost(w.Name, ns.Name)
		d.object("vservice", id)
		var networks []string
		for _, n := range ns.NICs {
			port := d.byMAC[n.MAC]
			if port == nil {
				return fmt.Errorf("truth: host %s: %s: no port has %s", w.Name, ns.Name, n.MAC)
			}
			vnic := onHost(w.Name, n.Name)
			d.object("vnic", vnic)
			first := d.link("vservice-vnic", id, vnic)
			d.Wants = append(d.Wants,
				Want{"vnic", vnic, "mac_address " + n.MAC, text("mac_address", n.MAC)},
				Want{"vnic", vnic, "network " + port.Network, text("network", port.Network)})
			if err := d.chain(w, "vservice", id, first, n.Name, port); err != nil {
				return err
			}
			if !contains(networks, port.Network) {
				networks = append(networks, port.Network)
			}
			if strings.HasPrefix(n.Name, "qg-") {
				d.floating(vnic, ns.Name, n)
			}
		}
		d.Wants = append(d.Wants, Want{"vservice", id, "network " + strings.Join(networks, " "), exactly("network", networks)})
	}
	return nil
}

// floating: the addresses of a router's gateway that Neutron calls floating.
func (d *deriver) floating(vnic, namespace string, n NIC) {
	for _, f := range d.cloud.FloatingIPs {
		if "qrouter-"+f.Router == namespace && slices.Contains(n.Addresses, f.Address) {
			d.floats[f.Address] = true
			d.Wants = append(d.Wants, Want{"vnic", vnic, "floating address " + f.Address, floatingAddress(f.Address)})
		}
	}
}

// chain follows one device to the NIC that carries its network.
func (d *deriver) chain(w *wiring, kind, focal string, first Step, device string, port *Port) error {
	n := d.networks[port.Network]
	if n == nil {
		return fmt.Errorf("truth: port %s: network %s is not listed", port.ID, port.Network)
	}
	c := Chain{Focal: focal, FocalType: kind, Network: n.ID, Steps: []Step{first}}
	vnic := onHost(w.Name, device)
	step := func(kind, from, to string) { c.Steps = append(c.Steps, d.link(kind, from, to)) }
	var bridge string
	if b, ok := w.bridgeOf(device); ok {
		bridge = bridgeID(w.Name, b)
		step("vnic-vconnector", vnic, bridge)
		if w.ovs {
			if !slices.ContainsFunc(b.Members, func(m string) bool { return w.plugged(w.Peers[m]) }) {
				return fmt.Errorf("truth: host %s: bridge %s leads nowhere", w.Name, b.Name)
			}
			step("vconnector-vedge", bridge, w.agent.ID)
		}
	} else if w.ovs && w.plugged(device) {
		step("vnic-vedge", vnic, w.agent.ID)
	} else {
		return fmt.Errorf("truth: host %s: %s is plugged into nothing", w.Name, device)
	}
	up, ok, err := w.uplink(n)
	if err != nil {
		return err
	}
	if ok {
		nic := nicID(w.Name, up.nic)
		switch {
		case up.tunnel && w.ovs:
			step("vedge-otep", w.agent.ID, otepID(w.Name))
			step("otep-host_pnic", otepID(w.Name), nic)
		case up.tunnel:
			otep := d.oteps[bridge]
			if otep == "" {
				return fmt.Errorf("truth: host %s: bridge of %s has no tunnel", w.Name, device)
			}
			step("vconnector-otep", bridge, otep)
			step("otep-host_pnic", otep, nic)
		case w.ovs:
			step("vedge-host_pnic", w.agent.ID, nic)
		default:
			step("vconnector-host_pnic", bridge, nic)
		}
		step("host_pnic-network", nic, n.ID)
	}
	d.Chains = append(d.Chains, c)
	return nil
}
