package enrich

import (
	"net"
	"net/netip"

	"calipso/graph"
)

// addressKeys are the members that may hold an address, in the spellings of the
// inventory and of ip's JSON.
var addressKeys = []string{"IP Address", "IPv6 Address", "address", "ip_address", "local"}

// prefixOf reads the address of one record, with its prefix length: from the
// address text ("10.0.0.1/24"), a member "prefix" or "prefixlen", or the
// record's cidr; a lone address counts as a single host.
func prefixOf(r graph.Attrs) (netip.Prefix, bool) {
	for _, k := range addressKeys {
		text := r.String(k)
		if p, err := netip.ParsePrefix(text); err == nil {
			return p, true
		}
		a, err := netip.ParseAddr(text)
		if err != nil {
			continue
		}
		bits := int(r.Int("prefixlen"))
		if bits == 0 {
			bits = int(r.Int("prefix"))
		}
		if c, err := netip.ParsePrefix(r.String("cidr")); bits == 0 && err == nil {
			bits = c.Bits()
		}
		if bits <= 0 || bits > a.BitLen() {
			bits = a.BitLen()
		}
		return netip.PrefixFrom(a, bits), true
	}
	return netip.Prefix{}, false
}

// addressesOf lists the addresses that a record of an interface names: its
// own members and those of the lists "addresses" and "addr_info".
func addressesOf(r graph.Attrs) []netip.Prefix {
	var out []netip.Prefix
	for _, k := range []string{"IP Address", "IPv6 Address"} {
		if p, ok := prefixOf(graph.Attrs{k: r[k]}); ok {
			out = append(out, p)
		}
	}
	for _, k := range []string{"addresses", "addr_info"} {
		for _, text := range r.Strings(k) {
			if p, ok := prefixOf(graph.Attrs{"address": text}); ok {
				out = append(out, p)
			}
		}
		for _, e := range r.Maps(k) {
			if p, ok := prefixOf(e); ok {
				out = append(out, p)
			}
		}
	}
	return out
}

// netmask is the dotted mask of an IPv4 network; IPv6 has none, there the
// documented form is the network itself.
func netmask(p netip.Prefix) string {
	if p.Addr().Is4() {
		return net.IP(net.CIDRMask(p.Bits(), 32)).String()
	}
	return p.Masked().String()
}
