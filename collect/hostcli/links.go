package hostcli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"calipso/collect"
)

// link is one network interface as iproute2 tells it.
type link struct {
	Index     int      `json:"ifindex"`
	Name      string   `json:"ifname"`
	Parent    string   `json:"link"` // device below: of a VLAN, or the other end of a veth
	Flags     []string `json:"flags"`
	MTU       int      `json:"mtu"`
	Master    string   `json:"master"` // bridge, bond or team it is a member of
	State     string   `json:"operstate"`
	LinkType  string   `json:"link_type"`
	MAC       string   `json:"address"`
	Permanent string   `json:"permaddr"`
	Addresses []addr   `json:"addr_info"`
	Info      struct {
		Kind  string   `json:"info_kind"` // bridge, vxlan, vlan, bond, team, veth, tun, …
		Data  linkData `json:"info_data"`
		Slave string   `json:"info_slave_kind"`
	} `json:"linkinfo"`
}

// linkData are the details of a kind that we look at.
type linkData struct {
	// bridge
	BridgeID      string `json:"bridge_id"`
	STP           int    `json:"stp_state"`
	VLANFiltering int    `json:"vlan_filtering"`
	// vxlan (id is the VNI), vlan (id is the tag)
	ID      int    `json:"id"`
	Local   string `json:"local"`
	Local6  string `json:"local6"`
	Remote  string `json:"remote"`
	Remote6 string `json:"remote6"`
	Group   string `json:"group"`
	Group6  string `json:"group6"`
	Link    string `json:"link"`
	Port    int    `json:"port"`
	// bond
	Mode string `json:"mode"`
}

var _ json.Unmarshaler = (*linkData)(nil)

// UnmarshalJSON takes what fits: the same key holds other kinds of values for
// kinds of links that we do not read.
func (d *linkData) UnmarshalJSON(b []byte) error {
	var m map[string]json.RawMessage
	if json.Unmarshal(b, &m) != nil {
		return nil // not an object: nothing for us
	}
	for key, to := range map[string]any{
		"bridge_id": &d.BridgeID, "stp_state": &d.STP, "vlan_filtering": &d.VLANFiltering,
		"id": &d.ID, "local": &d.Local, "local6": &d.Local6, "remote": &d.Remote, "remote6": &d.Remote6,
		"group": &d.Group, "group6": &d.Group6, "link": &d.Link, "port": &d.Port, "mode": &d.Mode,
	} {
		if v, ok := m[key]; ok {
			_ = json.Unmarshal(v, to) // another type: stays empty
		}
	}
	return nil
}

// addr is one address of an interface.
type addr struct {
	Family    string `json:"family"` // inet, inet6
	Local     string `json:"local"`
	Prefix    int    `json:"prefixlen"`
	Broadcast string `json:"broadcast"`
	Scope     string `json:"scope"`
	Label     string `json:"label"`
}

// parseLinks reads the answer of ip -j -d address show (or link show).
//
// Errors: *collect.ParseError.
func parseLinks(source string, text []byte) ([]link, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, nil
	}
	var all []link
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, &collect.ParseError{Source: source, Reason: fmt.Sprintf("no JSON list of interfaces: %v", err)}
	}
	// Some versions print {} for what a filter leaves out.
	return slices.DeleteFunc(all, func(l link) bool { return l.Name == "" }), nil
}

// up tells whether the interface is switched on; its place among the flags
// means nothing.
func (l *link) up() bool { return slices.Contains(l.Flags, "UP") }

// upDown is the attribute "state".
func (l *link) upDown() string {
	if l.up() {
		return "UP"
	}
	return "DOWN"
}

func (l *link) loopback() bool { return slices.Contains(l.Flags, "LOOPBACK") || l.Name == "lo" }

// mac is the hardware address, "" for devices that have none of six octets.
func (l *link) mac() string {
	if len(l.MAC) != len("00:00:00:00:00:00") || strings.Count(l.MAC, ":") != 5 {
		return ""
	}
	return strings.ToLower(l.MAC)
}

// localAddr is the address that a VXLAN device sends from, "" if it leaves
// that to routing.
func (d *linkData) localAddr() string {
	if d.Local != "" {
		return d.Local
	}
	return d.Local6
}

// prefix is the network that an address lies in; ok is false if the address
// does not read.
func (a addr) prefix() (netip.Prefix, bool) {
	ip, err := netip.ParseAddr(a.Local)
	if err != nil {
		return netip.Prefix{}, false
	}
	p, err := ip.WithZone("").Prefix(a.Prefix)
	return p, err == nil
}

// linkNamed finds an interface; nil if there is none.
func linkNamed(links []link, name string) *link {
	for i := range links {
		if links[i].Name == name {
			return &links[i]
		}
	}
	return nil
}
