package hostcli

import (
	"strings"

	"calipso/collect"
	"calipso/graph"
)

// fetchInstanceVNICs lists the interfaces of the virtual machines, and adds
// disks, vcpu, memory (MiB) and mac_address (of the first interface) to the
// instances. A machine that OpenStack does not know hangs under an instance
// that nobody states, and is dropped by the scan.
//
// Source: virsh -r list --all --uuid --name, virsh -r dumpxml per machine
// (libvirt's uuid is Nova's id).
// Errors: *collect.CommandError (libvirt not installed or not running on a
// host that computes), *collect.ParseError.
func (s *survey) fetchInstanceVNICs() ([]*graph.Vertex, error) {
	if s.domainsErr != nil {
		return nil, s.domainsErr
	}
	var out []*graph.Vertex
	for _, d := range s.domains {
		instance := graph.Attrs{}
		set(instance, "disks", d.Disks)
		if d.VCPUs > 0 {
			instance["vcpu"] = d.VCPUs
		}
		if d.MemoryMiB > 0 {
			instance["memory"] = d.MemoryMiB
		}
		if len(d.Interfaces) > 0 {
			set(instance, "mac_address", d.Interfaces[0].MAC)
		}
		out = append(out, &graph.Vertex{ID: graph.ID(d.UUID), Type: graph.Instance, Attrs: instance})
		for _, i := range d.Interfaces {
			if i.Target == "" && i.MAC == "" {
				continue // nothing to name it by
			}
			out = append(out, s.instanceVNIC(d, i))
		}
	}
	return out, nil
}

func (s *survey) instanceVNIC(d *domain, i domainInterface) *graph.Vertex {
	a := i.Raw.Clone()
	a["vnic_type"] = "instance_vnic"
	a["host"] = s.host
	a["instance_id"] = d.UUID
	a["mac_address"] = i.MAC
	// The element's <mtu size=…> gives way to the plain number.
	delete(a, "mtu")
	if i.MTU > 0 {
		a["mtu"] = i.MTU
	}
	set(a, "source_bridge", i.Bridge)
	set(a, "interface_name", i.switchDevice())
	if p, ok := d.portOf(i); ok {
		set(a, "port", p.ID)
		set(a, "addresses", p.Addresses)
	}
	name := i.Target
	if name == "" {
		name = i.MAC
	}
	return &graph.Vertex{
		ID: collect.VNICID(s.host, i.Target, i.MAC), Type: graph.VNIC, Name: name,
		Host: s.host, Parent: graph.ID(d.UUID), Attrs: a,
	}
}

// switchDevice is the device in the virtual switch: behind a qbr bridge its
// qvo, else the interface's own.
func (i domainInterface) switchDevice() string {
	if rest, ok := strings.CutPrefix(i.Bridge, "qbr"); ok {
		return "qvo" + rest
	}
	return i.Target
}
