package hostcli

import (
	"strings"

	"calipso/collect"
	"calipso/graph"
)

// service is what a namespace's name says.
type service struct {
	Type string // dhcp, router, metadata, floatingip, load_balancer
	Role string // snat for the central part of a distributed router
	ID   string // network, router or load balancer, as the name has it
}

// namespacePrefixes are the namespaces that Neutron and Octavia make.
var namespacePrefixes = []struct {
	prefix  string
	service service
}{
	{"qdhcp-", service{Type: "dhcp"}},
	{"qrouter-", service{Type: "router"}},
	{"snat-", service{Type: "router", Role: "snat"}},
	{"fip-", service{Type: "floatingip"}},
	{"ovnmeta-", service{Type: "metadata"}},
	{"qlbaas-", service{Type: "load_balancer"}},
}

// serviceOf reads a namespace's name; ok is false for other people's.
func serviceOf(ns string) (s service, ok bool) {
	for _, p := range namespacePrefixes {
		if id, found := strings.CutPrefix(ns, p.prefix); found && id != "" {
			s = p.service
			s.ID = id
			return s, true
		}
	}
	if ns == "amphora-haproxy" {
		return service{Type: "load_balancer"}, true
	}
	return service{}, false
}

// fetchVServices lists the namespaces that serve networks. Their names are
// those of the namespaces; what OpenStack calls them is for others to add.
//
// Source: ip -j netns list.
// Errors: *collect.CommandError, *collect.ParseError. No ip netns at all is an
// error too: it belongs to the base system.
func (s *survey) fetchVServices() ([]*graph.Vertex, error) {
	if s.nsErr != nil {
		return nil, s.nsErr
	}
	var out []*graph.Vertex
	for _, ns := range s.namespaces {
		sv, _ := serviceOf(ns)
		a := graph.Attrs{"local_service_id": ns, "service_type": sv.Type, "host": s.host}
		set(a, "role", sv.Role)
		out = append(out, &graph.Vertex{
			ID: collect.VServiceID(s.host, ns), Type: graph.VService, Name: ns,
			Host: s.host, Parent: graph.ID(s.host), Attrs: a,
		})
	}
	return out, nil
}

// fetchVServiceVNICs lists the interfaces in these namespaces, without
// loopback and the devices that the kernel puts into each for tunnels.
//
// Source: ip -j -n <namespace> address show.
// Errors: *collect.CommandError, *collect.ParseError.
func (s *survey) fetchVServiceVNICs() ([]*graph.Vertex, error) {
	if s.nsErr != nil {
		return nil, s.nsErr
	}
	var out []*graph.Vertex
	for _, ns := range s.namespaces {
		for i := range s.nsInterfaces[ns] {
			l := &s.nsInterfaces[ns][i]
			if l.loopback() || l.mac() == "" || l.mac() == flood {
				continue
			}
			a := addressAttrs(l)
			a["vnic_type"] = "vservice_vnic"
			a["host"] = s.host
			a["vservice_id"] = string(collect.VServiceID(s.host, ns))
			a["interface_name"] = l.Name
			a["interface_index"] = int64(l.Index)
			a["mac_address"] = l.mac()
			a["mtu"] = int64(l.MTU)
			a["state"] = l.upDown()
			a["data"] = l.text()
			out = append(out, &graph.Vertex{
				ID: collect.VNICID(s.host, l.Name, l.mac()), Type: graph.VNIC, Name: l.Name,
				Host: s.host, Parent: collect.VServiceID(s.host, ns), Attrs: a,
			})
		}
	}
	return out, nil
}
