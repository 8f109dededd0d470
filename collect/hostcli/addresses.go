package hostcli

import (
	"net"
	"net/netip"
	"strings"

	"calipso/graph"
)

// metadataAddresses are those that a DHCP namespace answers metadata requests
// on; they come first and say nothing of the network.
var metadataAddresses = map[string]bool{"169.254.169.254": true, "fe80::a9fe:a9fe": true}

// addressAttrs are the addresses of an interface as attributes: the list
// "addresses" has them all, flagged "metadata" or "floating" (the /32 of a
// router's qg- device) where they are not the interface's own; "IP Address",
// "netmask", "cidr" and "IPv6 Address" are the first global one that is not
// flagged. IPv6 addresses stand without their prefix (rule TD-14).
func addressAttrs(l *link) graph.Attrs {
	out := graph.Attrs{}
	var list []any
	for _, a := range l.Addresses {
		p, ok := a.prefix()
		if !ok {
			continue
		}
		e := map[string]any{
			"prefixlen": int64(a.Prefix),
			"cidr":      p.String(),
			"scope":     a.Scope,
		}
		flagged := false
		switch {
		case metadataAddresses[a.Local]:
			e["metadata"], flagged = true, true
		case strings.HasPrefix(l.Name, "qg-") && p.Addr().Is4() && a.Prefix == 32:
			e["floating"], flagged = true, true
		}
		global := !flagged && (a.Scope == "global" || a.Scope == "site" || a.Scope == "")
		if p.Addr().Is4() {
			mask := net.IP(net.CIDRMask(a.Prefix, 32)).String()
			e["version"], e["IP Address"], e["netmask"] = int64(4), a.Local, mask
			if _, have := out["IP Address"]; global && !have {
				out["IP Address"], out["netmask"], out["cidr"] = a.Local, mask, p.String()
			}
		} else {
			e["version"], e["IPv6 Address"] = int64(6), a.Local
			if _, have := out["IPv6 Address"]; global && !have {
				out["IPv6 Address"] = a.Local
			}
		}
		list = append(list, e)
	}
	// Without an IPv4 address the network is that of the IPv6 address.
	if _, have := out["cidr"]; !have && out["IPv6 Address"] != nil {
		for _, a := range l.Addresses {
			if p, ok := a.prefix(); ok && a.Local == out["IPv6 Address"] {
				out["cidr"] = p.String()
			}
		}
	}
	if list != nil {
		out["addresses"] = list
	}
	return out
}

// carries tells whether an interface has the address; spelling does not count.
func (l *link) carries(ip string) bool {
	want, err := netip.ParseAddr(ip)
	if err != nil {
		return false
	}
	for _, a := range l.Addresses {
		if p, err := netip.ParseAddr(a.Local); err == nil && p == want {
			return true
		}
	}
	return false
}
