package hostcli

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"calipso/collect"
	"calipso/graph"
)

// domain is a virtual machine as libvirt defines it.
type domain struct {
	UUID, Name string
	VCPUs      int64
	MemoryMiB  int64
	Disks      []any // objects: device, type, bus, target, source, format
	Interfaces []domainInterface
	Ports      []novaPort // from Nova's metadata, in order
}

// domainInterface is one <interface>.
type domainInterface struct {
	Kind   string // bridge, vhostuser, hostdev, direct, ethernet, network
	MAC    string
	Target string // device on the host, "" for SR-IOV
	Bridge string // source bridge, "" where there is none
	Path   string // socket of vhostuser
	Port   string // Neutron port, where the definition names it
	MTU    int64
	Raw    graph.Attrs // the element as it is, "@" in front of XML attributes
}

// novaPort is a port that Nova noted in the domain's metadata.
type novaPort struct {
	ID        string
	Addresses []any // objects: "IP Address", version
}

var uuidPattern = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`)

// parseDomainList reads virsh list --uuid --name: a uuid and a name a line.
func parseDomainList(text []byte) []string {
	var out []string
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 0 && uuidPattern.FindString(f[0]) == f[0] {
			out = append(out, strings.ToLower(f[0]))
		}
	}
	return out
}

// parseDomain reads virsh dumpxml.
//
// Errors: *collect.ParseError.
func parseDomain(source string, text []byte) (*domain, error) {
	doc, err := parseXML(text)
	if err != nil {
		return nil, &collect.ParseError{Source: source, Reason: fmt.Sprintf("no XML: %v", err)}
	}
	d := &domain{UUID: strings.ToLower(doc.child("uuid").Text), Name: doc.child("name").Text}
	if doc.Name != "domain" || d.UUID == "" {
		return nil, &collect.ParseError{Source: source, Reason: fmt.Sprintf("a <%s> without uuid is no domain", doc.Name)}
	}
	d.VCPUs, _ = strconv.ParseInt(doc.child("vcpu").Text, 10, 64)
	d.MemoryMiB = memoryMiB(doc.child("memory"))
	for _, disk := range doc.child("devices").all("disk") {
		d.Disks = append(d.Disks, diskAttrs(disk))
	}
	for _, p := range doc.child("metadata", "instance", "ports").all("port") {
		np := novaPort{ID: p.attr("uuid")}
		for _, ip := range p.all("ip") {
			version, _ := strconv.ParseInt(ip.attr("ipVersion"), 10, 64)
			np.Addresses = append(np.Addresses, map[string]any{"IP Address": ip.attr("address"), "version": version})
		}
		d.Ports = append(d.Ports, np)
	}
	for _, i := range doc.child("devices").all("interface") {
		d.Interfaces = append(d.Interfaces, domainInterfaceOf(i))
	}
	return d, nil
}

func domainInterfaceOf(e *element) domainInterface {
	raw, _ := e.value().(map[string]any)
	i := domainInterface{
		Kind:   e.attr("type"),
		MAC:    strings.ToLower(e.child("mac").attr("address")),
		Target: e.child("target").attr("dev"),
		Bridge: e.child("source").attr("bridge"),
		Path:   e.child("source").attr("path"),
		Port:   e.child("virtualport", "parameters").attr("interfaceid"),
		Raw:    raw,
	}
	i.MTU, _ = strconv.ParseInt(e.child("mtu").attr("size"), 10, 64)
	if i.Port == "" {
		i.Port = uuidPattern.FindString(i.Path)
	}
	return i
}

// memoryMiB reads <memory unit='KiB'>; KiB is what libvirt means without unit.
func memoryMiB(e *element) int64 {
	n, _ := strconv.ParseInt(e.Text, 10, 64)
	switch e.attr("unit") {
	case "b", "bytes":
		return n >> 20
	case "MiB", "M":
		return n
	case "GiB", "G":
		return n << 10
	case "TiB", "T":
		return n << 20
	}
	return n >> 10
}

func diskAttrs(e *element) any {
	src := e.child("source")
	source := ""
	for _, a := range []string{"file", "dev", "name", "volume", "dir", "path"} {
		if source = src.attr(a); source != "" {
			break
		}
	}
	out := graph.Attrs{}
	set(out, "device", e.attr("device"))
	set(out, "type", e.attr("type"))
	set(out, "protocol", src.attr("protocol"))
	set(out, "source", source)
	set(out, "target", e.child("target").attr("dev"))
	set(out, "bus", e.child("target").attr("bus"))
	set(out, "format", e.child("driver").attr("type"))
	return map[string]any(out)
}

// portOf is the Neutron port of an interface: what the definition names, else
// the one of Nova's list whose id the device name begins with, else the list's
// only one.
func (d *domain) portOf(i domainInterface) (novaPort, bool) {
	short := ""
	if len(i.Target) == 14 {
		short = i.Target[3:] // tap, vhu + 11 characters of the id
	}
	for _, p := range d.Ports {
		if p.ID == i.Port || short != "" && strings.HasPrefix(p.ID, short) {
			return p, true
		}
	}
	if i.Port != "" {
		return novaPort{ID: i.Port}, true
	}
	if len(d.Ports) == 1 && len(d.Interfaces) == 1 {
		return d.Ports[0], true
	}
	return novaPort{}, false
}
