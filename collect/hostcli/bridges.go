package hostcli

import (
	"bufio"
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"calipso/collect"
)

// bridge is a Linux bridge with its members.
type bridge struct {
	Name    string
	ID      string // as brctl prints it: "8000.2e0a4c112233"
	STP     string // yes, no
	Members []string
}

// bridgesOf finds the bridges among the interfaces of a host.
func bridgesOf(links []link) []bridge {
	var out []bridge
	for i := range links {
		l := &links[i]
		if l.Info.Kind != "bridge" {
			continue
		}
		b := bridge{Name: l.Name, ID: canonicalBridgeID(l.Info.Data.BridgeID, l.mac()), STP: "no"}
		if l.Info.Data.STP != 0 {
			b.STP = "yes"
		}
		for j := range links {
			if links[j].Master == l.Name {
				b.Members = append(b.Members, links[j].Name)
			}
		}
		out = append(out, b)
	}
	return out
}

// canonicalBridgeID gives the one form of a bridge's id: priority, dot, twelve
// digits. iproute2 prints "8000.a:0:e8:83:5a:24" for what brctl prints as
// "8000.0a00e8835a24" (rule TD-10). Without an id that reads, it is made of
// the default priority and the bridge's MAC.
func canonicalBridgeID(id, mac string) string {
	prio, octets, ok := strings.Cut(strings.ToLower(id), ".")
	if !ok || octets == "" {
		return "8000." + strings.ReplaceAll(mac, ":", "")
	}
	if !strings.Contains(octets, ":") {
		return prio + "." + octets
	}
	var b strings.Builder
	b.WriteString(prio + ".")
	for o := range strings.SplitSeq(octets, ":") {
		b.WriteString(strings.Repeat("0", max(0, 2-len(o))) + o)
	}
	return b.String()
}

// parseBrctl reads brctl show: a header, a line per bridge, and a line with
// nothing but tabs and a name per further member.
//
// Errors: *collect.ParseError.
func parseBrctl(source string, text []byte) ([]bridge, error) {
	var out []bridge
	in := bufio.NewScanner(bytes.NewReader(text))
	in.Buffer(nil, len(text)+1)
	for n := 1; in.Scan(); n++ {
		line := strings.TrimRight(in.Text(), " \t\r")
		f := strings.Fields(line)
		switch {
		case len(f) == 0, strings.HasPrefix(line, "bridge name"):
		case line[0] == '\t' || line[0] == ' ':
			if len(out) == 0 || len(f) != 1 {
				return nil, &collect.ParseError{Source: source, Line: n, Text: cut(line), Reason: "a member without a bridge"}
			}
			b := &out[len(out)-1]
			b.Members = append(b.Members, f[0])
		case len(f) < 3 || !strings.Contains(f[1], ".") || f[2] != "yes" && f[2] != "no":
			return nil, &collect.ParseError{Source: source, Line: n, Text: cut(line),
				Reason: "not a bridge's name, id, STP and members"}
		default:
			out = append(out, bridge{Name: f[0], ID: strings.ToLower(f[1]), STP: f[2], Members: f[3:]})
		}
	}
	return out, nil
}

// neutronDevice are the devices that are named after a port: a prefix and the
// first eleven characters of the port's id.
var neutronDevice = regexp.MustCompile(`^(tap|qvb|qvo|qbr|vhu|qr-|qg-|ha-|sg-|fg-|rfp|fpr|qdh|ns-)[0-9a-f]{8}-[0-9a-f]{2}$`)

// foreignBridge are bridges of other software, which are no part of the cloud
// unless one of its devices is plugged in (rule DIS-64).
var foreignBridge = regexp.MustCompile(`^(docker0|br-[0-9a-f]{12}|virbr\d.*|lxcbr\d.*|lxdbr\d.*|cni\d.*|podman\d.*)$`)

// relevant tells whether a bridge belongs to the cloud: any bridge does that
// is not another software's, and that too if it has a Neutron device or a
// physical interface (or a VLAN of one) as member, or carries the address
// that a tunnel starts from.
func (b bridge) relevant(s *survey) bool {
	if !foreignBridge.MatchString(b.Name) {
		return true
	}
	for _, m := range b.Members {
		base, _, _ := strings.Cut(m, ".")
		if neutronDevice.MatchString(m) || s.physical(m) || s.physical(base) {
			return true
		}
		if l := linkNamed(s.links, m); l != nil && (l.Info.Kind == "vxlan" || s.physical(l.Parent)) {
			return true
		}
	}
	l := linkNamed(s.links, b.Name)
	if l == nil {
		return false
	}
	for _, ip := range s.tunnelAddresses() {
		if l.carries(ip) {
			return true
		}
	}
	return false
}

func (b bridge) String() string {
	return fmt.Sprintf("%s %s stp=%s %v", b.Name, b.ID, b.STP, b.Members)
}
