package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"calipso/e2e/truth"
)

// week is what a difference between two scans must tell: one line for each
// thing, made from what the cloud's own APIs said before and after.
type week struct {
	lines map[string]bool
	// vedges by host: those whose ports came or went.
	vedges map[string]bool
}

// weekOf compares two states of a cloud. It knows instances on hosts with Open
// vSwitch and the hybrid firewall, where a port of an instance has a tap, a qbr
// bridge and a port of br-int behind it.
//
// Errors: a change on another host, or of a kind that it does not foresee.
func weekOf(before, after *truth.Cloud) (*week, error) {
	w := &week{lines: map[string]bool{}, vedges: map[string]bool{}}
	ovs := map[string]bool{}
	for _, a := range before.Agents {
		ovs[a.Host] = ovs[a.Host] || a.Binary == "neutron-openvswitch-agent"
	}
	servers := map[string][2]*truth.Server{}
	for side, c := range []*truth.Cloud{before, after} {
		for i := range c.Servers {
			pair := servers[c.Servers[i].ID]
			pair[side] = &c.Servers[i]
			servers[c.Servers[i].ID] = pair
		}
	}
	ports := map[string][2]*truth.Port{}
	for side, c := range []*truth.Cloud{before, after} {
		for i := range c.Ports {
			pair := ports[c.Ports[i].ID]
			pair[side] = &c.Ports[i]
			ports[c.Ports[i].ID] = pair
		}
	}
	for id, s := range servers {
		switch {
		case s[0] == nil:
			w.say("added instance %s", id)
		case s[1] == nil:
			w.say("removed instance %s", id)
		case s[0].Host != s[1].Host:
			w.say("moved instance %s from %s to %s", id, s[0].Host, s[1].Host)
		case s[0].Name != s[1].Name:
			w.say("changed instance %s name from %s to %s", id, s[0].Name, s[1].Name)
		}
	}
	for id, p := range ports {
		switch {
		case p[0] == nil:
			w.say("added port %s", id)
		case p[1] == nil:
			w.say("removed port %s", id)
		case p[0].Host != p[1].Host:
			w.say("changed port %s binding:host_id from %s to %s", id, p[0].Host, p[1].Host)
		}
		for _, side := range p {
			if side != nil && side.Host != "" && !ovs[side.Host] && (p[0] == nil || p[1] == nil || p[0].Host != p[1].Host) {
				return nil, fmt.Errorf("port %s changed on %s, which has no Open vSwitch", id, side.Host)
			}
		}
		if err := w.wiring(id, p, servers); err != nil {
			return nil, err
		}
	}
	for host := range w.vedges {
		w.say("changed vedge of %s", host)
	}
	return w, nil
}

// wiring is what follows from one port of an instance.
func (w *week) wiring(id string, p [2]*truth.Port, servers map[string][2]*truth.Server) error {
	host := func(side *truth.Port) string {
		if side == nil || !strings.HasPrefix(side.Owner, "compute:") {
			return ""
		}
		return side.Host
	}
	was, is := host(p[0]), host(p[1])
	if was == is {
		return nil
	}
	short := id[:11]
	if was != "" {
		w.vedges[was] = true
		w.say("removed link vconnector-vedge qbr%s %s", short, was)
	}
	if is != "" {
		w.vedges[is] = true
		w.say("added link vconnector-vedge qbr%s %s", short, is)
	}
	if was != "" && is != "" {
		if p[0].Device != p[1].Device {
			return fmt.Errorf("port %s went from one instance to another", id)
		}
		w.say("moved vnic tap%s from %s to %s", short, was, is)
		w.say("moved vconnector qbr%s from %s to %s", short, was, is)
		w.say("moved link instance-vnic %s tap%s", p[0].Device, short)
		w.say("moved link vnic-vconnector tap%s qbr%s", short, short)
		return nil
	}
	op, device := "added", ""
	if is == "" {
		op, device = "removed", p[0].Device
	} else {
		device = p[1].Device
	}
	if _, known := servers[device]; !known {
		return fmt.Errorf("port %s is of instance %s, which there is not", id, device)
	}
	w.say("%s vnic tap%s", op, short)
	w.say("%s vconnector qbr%s", op, short)
	w.say("%s link instance-vnic %s tap%s", op, device, short)
	w.say("%s link vnic-vconnector tap%s qbr%s", op, short, short)
	return nil
}

func (w *week) say(format string, args ...any) { w.lines[fmt.Sprintf(format, args...)] = true }

func (w *week) sorted() []string { return slices.Sorted(maps.Keys(w.lines)) }
