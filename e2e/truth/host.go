package truth

import (
	"fmt"
	"strings"
)

// Host is what one host says of its own wiring.
type Host struct {
	Name string
	// NICs are the interfaces outside namespaces.
	NICs map[string]NIC
	// Peers are the two ends of veth pairs inside the host.
	Peers   map[string]string
	Bridges []Bridge
	// Switches are the bridges of Open vSwitch with their ports.
	Switches []Switch
	// VXLANs are the kernel's tunnel interfaces.
	VXLANs     []VXLAN
	Domains    []Domain
	Namespaces []Namespace
}

// NIC is an interface. Addresses have no prefix length.
type NIC struct {
	Name, MAC string
	Physical  bool
	Addresses []string
}

// Bridge is a Linux bridge, ID as brctl prints it.
type Bridge struct {
	Name, ID string
	Members  []string
}

// Switch is one bridge of Open vSwitch.
type Switch struct {
	Name  string
	Ports []SwitchPort
}

// SwitchPort is one port; Remote is set for tunnels.
type SwitchPort struct{ Name, Type, Remote string }

// VXLAN is a kernel tunnel interface and the hosts it sends to.
type VXLAN struct {
	Name, Local string
	Remotes     []string
}

// Domain is a guest of libvirt, named by Nova's id.
type Domain struct {
	UUID    string
	Devices []Device
}

// Device is a guest's interface: device on the host, bridge, guest's MAC.
type Device struct{ Name, Source, MAC string }

// Namespace is a network namespace with its interfaces except lo.
type Namespace struct {
	Name string
	NICs []NIC
}

// ParseHost reads the answers of script.sh.
//
// Errors: an answer that is missing, a line not understood.
func ParseHost(name, text string) (*Host, error) {
	h := &Host{Name: name, NICs: map[string]NIC{}, Peers: map[string]string{}}
	readers := map[string]func(line string) error{
		"sys": h.sys, "addr": h.addr, "veth": h.veth, "brctl": h.brctl, "vswitch": h.vswitch,
		"vxlan": h.vxlan, "fdb": h.fdb, "domain": h.domain, "netns": h.netns,
	}
	left := len(readers)
	var read func(string) error
	for n, line := range strings.Split(text, "\n") {
		if section, ok := strings.CutPrefix(line, "@@ "); ok {
			if section == "end" {
				if left != 0 {
					return nil, fmt.Errorf("truth: host %s: %d answers are missing", name, left)
				}
				return h, nil
			}
			if read = readers[section]; read == nil {
				return nil, fmt.Errorf("truth: host %s: line %d: no such answer: %q", name, n+1, section)
			}
			left--
			continue
		}
		if strings.TrimSpace(line) == "" {
			continue
		}
		if read == nil {
			return nil, fmt.Errorf("truth: host %s: line %d before the first answer: %q", name, n+1, line)
		}
		if err := read(line); err != nil {
			return nil, fmt.Errorf("truth: host %s: line %d: %w: %.200q", name, n+1, err, line)
		}
	}
	return nil, fmt.Errorf("truth: host %s: the answers end early", name)
}

// sys: "eth0 ../../devices/pci…/net/eth0 0a:51:…".
func (h *Host) sys(line string) error {
	f := strings.Fields(line)
	if len(f) != 3 {
		return fmt.Errorf("want name, path and address")
	}
	h.NICs[f[0]] = NIC{Name: f[0], MAC: f[2], Physical: !strings.Contains(f[1], "/virtual/")}
	return nil
}

// addr: "3: br-data    inet 10.78.0.11/24 …".
func (h *Host) addr(line string) error {
	name, address, err := oneAddress(line)
	if err != nil {
		return err
	}
	n := h.NICs[name]
	n.Addresses = append(n.Addresses, address)
	h.NICs[name] = n
	return nil
}

// veth: "21: qvoX@qvbX: …"; the other end may lie in another namespace (@if6).
func (h *Host) veth(line string) error {
	name, peer, err := oneLink(line)
	if err != nil {
		return err
	}
	if peer != "" {
		h.Peers[name] = peer
	}
	return nil
}

// brctl: name, id, STP, first member; further members alone, indented.
func (h *Host) brctl(line string) error {
	f := strings.Fields(line)
	if strings.HasPrefix(line, "bridge name") {
		return nil
	}
	if line[0] == '\t' || line[0] == ' ' {
		if len(h.Bridges) == 0 || len(f) != 1 {
			return fmt.Errorf("want one member of a bridge")
		}
		b := &h.Bridges[len(h.Bridges)-1]
		b.Members = append(b.Members, f[0])
		return nil
	}
	if len(f) < 3 || len(f) > 4 {
		return fmt.Errorf("want bridge, id, STP and perhaps a member")
	}
	h.Bridges = append(h.Bridges, Bridge{Name: f[0], ID: f[1], Members: f[3:]})
	return nil
}

// vswitch: "bridge br-int", then "port NAME TYPE [REMOTE]" for each port, the
// last two quoted by ovs-vsctl or not.
func (h *Host) vswitch(line string) error {
	f := strings.Fields(line)
	switch {
	case len(f) == 2 && f[0] == "bridge":
		h.Switches = append(h.Switches, Switch{Name: f[1]})
		return nil
	case len(f) >= 2 && f[0] == "port" && len(h.Switches) > 0:
		p := SwitchPort{Name: f[1]}
		if len(f) > 2 {
			p.Type = strings.Trim(f[2], `"`)
		}
		if len(f) > 3 {
			p.Remote = strings.Trim(f[3], `"`)
		}
		s := &h.Switches[len(h.Switches)-1]
		s.Ports = append(s.Ports, p)
		return nil
	}
	return fmt.Errorf("want a bridge or a port of one")
}

// vxlan: "5: vxlan-174: … vxlan id 174 … local 10.78.0.14 …".
func (h *Host) vxlan(line string) error {
	name, _, err := oneLink(line)
	if err != nil {
		return err
	}
	if name == "vxlan_sys_4789" { // the kernel half of an Open vSwitch port
		return nil
	}
	v := VXLAN{Name: name}
	f := strings.Fields(line)
	for i := range len(f) - 1 {
		if f[i] == "local" {
			v.Local = f[i+1]
		}
	}
	h.VXLANs = append(h.VXLANs, v)
	return nil
}

// fdb: "fa:16:… dev vxlan-174 dst 10.78.0.12 self permanent"; most lines have
// no dst and do not matter.
func (h *Host) fdb(line string) error {
	f := strings.Fields(line)
	if len(f) < 5 || f[3] != "dst" {
		return nil
	}
	for i := range h.VXLANs {
		v := &h.VXLANs[i]
		if v.Name == f[2] && !contains(v.Remotes, f[4]) {
			v.Remotes = append(v.Remotes, f[4])
		}
	}
	return nil
}

// domain: "domain UUID", then the table of virsh domiflist.
func (h *Host) domain(line string) error {
	f := strings.Fields(line)
	switch {
	case f[0] == "domain" && len(f) == 2:
		h.Domains = append(h.Domains, Domain{UUID: f[1]})
		return nil
	case f[0] == "Interface" || strings.HasPrefix(f[0], "---"):
		return nil
	case len(f) == 5 && len(h.Domains) > 0:
		d := &h.Domains[len(h.Domains)-1]
		d.Devices = append(d.Devices, Device{Name: f[0], Source: f[2], MAC: f[4]})
		return nil
	}
	return fmt.Errorf("want a domain or one of its interfaces")
}

// netns: "namespace NAME", then ip's lines for links and for addresses.
func (h *Host) netns(line string) error {
	if name, ok := strings.CutPrefix(line, "namespace "); ok {
		h.Namespaces = append(h.Namespaces, Namespace{Name: name})
		return nil
	}
	if len(h.Namespaces) == 0 {
		return fmt.Errorf("want a namespace first")
	}
	n := &h.Namespaces[len(h.Namespaces)-1]
	if strings.Contains(line, " link/") {
		name, _, err := oneLink(line)
		if err != nil {
			return err
		}
		if name != "lo" {
			n.NICs = append(n.NICs, NIC{Name: name, MAC: after(line, "link/ether")})
		}
		return nil
	}
	name, address, err := oneAddress(line)
	if err != nil {
		return err
	}
	for i := range n.NICs {
		if n.NICs[i].Name == name {
			n.NICs[i].Addresses = append(n.NICs[i].Addresses, address)
		}
	}
	return nil
}

// oneLink splits "21: qvoX@qvbX: <…>"; peer is empty unless it has a name here.
func oneLink(line string) (name, peer string, err error) {
	f := strings.Fields(line)
	if len(f) < 2 || !strings.HasSuffix(f[1], ":") {
		return "", "", fmt.Errorf("want number and name of a link")
	}
	name, peer, _ = strings.Cut(strings.TrimSuffix(f[1], ":"), "@")
	if strings.HasPrefix(peer, "if") && strings.Trim(peer[2:], "0123456789") == "" {
		peer = ""
	}
	return name, peer, nil
}

// oneAddress splits "3: br-data    inet 10.78.0.11/24 …".
func oneAddress(line string) (name, address string, err error) {
	f := strings.Fields(line)
	if len(f) < 4 || (f[2] != "inet" && f[2] != "inet6") {
		return "", "", fmt.Errorf("want an address of an interface")
	}
	address, _, _ = strings.Cut(f[3], "/")
	return f[1], address, nil
}

// after is the word behind another one, "" if there is none.
func after(line, word string) string {
	_, rest, _ := strings.Cut(line, word)
	f := strings.Fields(rest)
	if len(f) == 0 {
		return ""
	}
	return f[0]
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if e == s {
			return true
		}
	}
	return false
}
