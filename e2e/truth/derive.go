package truth

import (
	"fmt"
	"slices"
	"strings"
)

// deriver holds the facts indexed while a Truth is derived from them.
type deriver struct {
	*Truth
	cloud    *Cloud
	hosts    map[string]*wiring
	order    []string // hosts in file order
	networks map[string]*Network
	byMAC    map[string]*Port  // ports by MAC
	oteps    map[string]string // tunnel endpoint by Linux bridge
	floats   map[string]bool   // floating addresses seen on a gateway
}

// Derive turns facts into what an inventory of them must hold.
//
// Errors: facts that contradict each other or lack something, each with the
// host or object. Nothing is guessed.
func Derive(f *Facts) (*Truth, error) {
	d := &deriver{
		Truth: newTruth(), cloud: f.Cloud, hosts: map[string]*wiring{},
		networks: map[string]*Network{}, byMAC: map[string]*Port{},
		oteps: map[string]string{}, floats: map[string]bool{},
	}
	for i := range f.Cloud.Networks {
		d.networks[f.Cloud.Networks[i].ID] = &f.Cloud.Networks[i]
	}
	for i := range f.Cloud.Ports {
		d.byMAC[f.Cloud.Ports[i].MAC] = &f.Cloud.Ports[i]
	}
	for _, h := range f.Hosts {
		d.hosts[h.Name] = &wiring{Host: h}
		d.order = append(d.order, h.Name)
	}
	if err := d.controlPlane(); err != nil {
		return nil, err
	}
	for _, name := range d.order {
		w := d.hosts[name]
		d.nics(w)
		if err := d.endpoints(w); err != nil {
			return nil, err
		}
		if err := d.carried(w); err != nil {
			return nil, err
		}
		if err := d.guests(w); err != nil {
			return nil, err
		}
		if err := d.services(w); err != nil {
			return nil, err
		}
		d.bridges(w)
	}
	return d.Truth, d.complete()
}

// controlPlane: what the APIs alone say.
func (d *deriver) controlPlane() error {
	c := d.cloud
	for _, name := range c.Regions {
		d.object("region", regionID(name))
	}
	owner := map[string]bool{}
	for i := range c.Networks {
		d.object("network", c.Networks[i].ID)
		owner[c.Networks[i].Project] = true
	}
	for _, p := range c.Projects {
		// The projects of the services are left out unless a network is theirs.
		service := p.Name == "service" || p.Name == "services"
		switch {
		case p.Enabled && !service:
			d.object("project", p.ID)
		case owner[p.ID]:
			d.Objects["project"].May[p.ID] = true
		}
	}
	for _, z := range c.Zones {
		d.object("availability_zone", zoneID(z.Name))
	}
	known := map[string]bool{}
	for _, s := range c.Services {
		known[s.Host] = true
	}
	for i := range c.Agents {
		a := &c.Agents[i]
		known[a.Host] = true
		d.object("network_agent", agentID(a.Binary, a.ID))
		w := d.hosts[a.Host]
		if w == nil {
			return fmt.Errorf("truth: agent %s runs on %q, which the lab file does not name", a.Binary, a.Host)
		}
		switch a.Binary {
		case "neutron-openvswitch-agent":
			w.agent, w.ovs = a, true
			d.object("vedge", a.ID)
			if len(w.Switches) == 0 {
				return fmt.Errorf("truth: host %s: has an Open vSwitch agent, but no Open vSwitch answered", w.Name)
			}
		case "neutron-linuxbridge-agent":
			w.agent = a
		}
	}
	for name := range known {
		d.object("host", name)
	}
	for _, a := range c.Aggregates {
		d.object("aggregate", aggregateID(a.ID))
		for _, h := range a.Hosts {
			if known[h] {
				d.object("host_ref", hostRefID(a.Name, h))
			}
		}
	}
	for i := range c.Ports {
		d.object("port", c.Ports[i].ID)
	}
	for _, s := range c.Servers {
		if s.Host != "" {
			d.object("instance", s.ID)
		}
	}
	return nil
}

// nics: the physical interfaces, and which of them Open vSwitch holds.
func (d *deriver) nics(w *wiring) {
	for _, n := range w.NICs {
		if n.Physical {
			d.object("host_pnic", nicID(w.Name, n))
		}
	}
	if !w.ovs {
		return
	}
	for _, s := range w.Switches {
		for _, n := range w.behind(s.Name) {
			d.Links["vedge-host_pnic"].May[Pair{w.agent.ID, nicID(w.Name, n)}] = true
		}
	}
	for _, bridge := range w.agent.Configurations.BridgeMappings {
		for _, n := range w.behind(bridge) {
			d.link("vedge-host_pnic", w.agent.ID, nicID(w.Name, n))
		}
	}
}

// endpoints: where tunnels end. An Open vSwitch has one on its host, a Linux
// bridge one for each of its tunnel interfaces.
func (d *deriver) endpoints(w *wiring) error {
	if w.agent == nil || w.agent.Configurations.TunnelingIP == "" {
		return nil
	}
	address := w.agent.Configurations.TunnelingIP
	nics := w.behind(w.carrier(address))
	if len(nics) != 1 {
		return fmt.Errorf("truth: host %s: tunnelling address %s leads to %d NICs, want 1", w.Name, address, len(nics))
	}
	end := func(id string, remotes []string) {
		d.object("otep", id)
		d.link("otep-host_pnic", id, nicID(w.Name, nics[0]))
		d.Wants = append(d.Wants,
			Want{"otep", id, "ip_address " + address, text("ip_address", address)},
			Want{"otep", id, "ports that lead to " + strings.Join(remotes, " ") + " and no patch ports", remoteEnds("ports", remotes, false)})
	}
	if w.ovs {
		id := otepID(w.Name)
		end(id, w.tunnels())
		d.link("vedge-otep", w.agent.ID, id)
		d.Wants = append(d.Wants, Want{"vedge", w.agent.ID, "tunnel_ports that lead to " + strings.Join(w.tunnels(), " "), remoteEnds("tunnel_ports", w.tunnels(), true)})
		return nil
	}
	for _, v := range w.VXLANs {
		b, ok := w.bridgeOf(v.Name)
		if !ok {
			continue
		}
		if v.Local != address {
			return fmt.Errorf("truth: host %s: %s starts at %q, the agent says %s", w.Name, v.Name, v.Local, address)
		}
		id := memberOTEPID(w.Name, v.Name)
		remotes := slices.Clone(v.Remotes)
		slices.Sort(remotes)
		end(id, remotes)
		d.link("vconnector-otep", bridgeID(w.Name, b), id)
		d.oteps[bridgeID(w.Name, b)] = id
	}
	return nil
}

// carried: the pairs of NIC and network that are true. A host carries a
// network if one of the network's ports is bound to it, and then by one NIC.
func (d *deriver) carried(w *wiring) error {
	for i := range d.cloud.Ports {
		p := &d.cloud.Ports[i]
		if p.Host != w.Name {
			continue
		}
		n := d.networks[p.Network]
		if n == nil {
			return fmt.Errorf("truth: port %s: network %s is not listed", p.ID, p.Network)
		}
		up, ok, err := w.uplink(n)
		if err != nil {
			return err
		}
		if ok {
			d.link("host_pnic-network", nicID(w.Name, up.nic), n.ID)
		}
	}
	return nil
}

// bridges: the Linux bridges that matter are those with a device of the cloud,
// the tunnelling address, or a physical member.
func (d *deriver) bridges(w *wiring) {
	for _, b := range w.Bridges {
		id := bridgeID(w.Name, b)
		matters := w.agent != nil && b.Name == w.carrier(w.agent.Configurations.TunnelingIP)
		for _, m := range b.Members {
			base, _, _ := strings.Cut(m, ".")
			if n := w.NICs[base]; n.Physical {
				matters = true
				d.link("vconnector-host_pnic", id, nicID(w.Name, n))
			}
			if d.Objects["vnic"].Must[onHost(w.Name, m)] {
				matters = true
				d.link("vnic-vconnector", onHost(w.Name, m), id)
			}
			if w.ovs && w.plugged(w.Peers[m]) {
				matters = true
				d.link("vconnector-vedge", id, w.agent.ID)
			}
		}
		if _, tunnel := d.oteps[id]; matters || tunnel {
			d.object("vconnector", id)
		}
	}
}

// complete checks that hosts and APIs speak of the same instances and floating
// addresses.
func (d *deriver) complete() error {
	seen := map[string]bool{}
	for _, c := range d.Chains {
		seen[c.Focal] = true
	}
	for _, s := range d.cloud.Servers {
		ports := slices.ContainsFunc(d.cloud.Ports, func(p Port) bool { return p.Device == s.ID })
		if s.Host != "" && ports && !seen[s.ID] {
			return fmt.Errorf("truth: instance %s (%s) has ports, but %s shows no interface of it", s.Name, s.ID, s.Host)
		}
	}
	for _, f := range d.cloud.FloatingIPs {
		if f.Router != "" && !d.floats[f.Address] {
			return fmt.Errorf("truth: floating address %s is on no gateway of router %s", f.Address, f.Router)
		}
	}
	return nil
}
