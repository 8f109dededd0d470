package index

import (
	"maps"
	"slices"
	"strings"

	"calipso/graph"
)

// kind tells how a text is compared with a query.
type kind uint8

const (
	nameKind  kind = iota // exact, prefix, words, substring, typos
	identKind             // as a name, but no typos; an exact one comes first
	macKind               // by digits, whatever the spelling
	ipKind                // by value
	netKind               // a network: found by its CIDR and by addresses in it
)

// text is one thing that an object can be found by.
type text struct {
	Field string // documented attribute, inner ones after a dot
	Text  string // as the object has it
	Kind  kind
}

// fields are the attributes that objects are found by, besides id, name and
// object_name. Lists are gone through; where an object lacks the member that the
// path names, its lists and objects are gone through: old data has objects keyed
// by names instead of lists, and Nova nests addresses in networks.
var fields = []struct {
	path string
	kind kind
}{
	{"local_name", nameKind},
	{"hostname", nameKind},
	{"bridge_name", nameKind},
	{"interface_name", nameKind},

	{"uuid", identKind},
	{"local_service_id", identKind},
	{"port", identKind},
	{"tags", identKind},
	{"container_id", identKind},
	{"provider:segmentation_id", identKind},

	{"mac_address", macKind},
	{"mac_addresses", macKind},
	{"overlay_mac_address", macKind},
	{"mac.@address", macKind},
	{"interfaces.mac_address", macKind},
	{"members.mac_address", macKind},
	{"VFs.mac_address", macKind},
	{"allowed_address_pairs.mac_address", macKind},
	{"network_info.address", macKind},
	{"addresses.mac_address", macKind},
	{"addresses.OS-EXT-IPS-MAC:mac_addr", macKind},

	{"ip_address", ipKind},
	{"ip_addresses", ipKind},
	{"address", ipKind},
	{"IP Address", ipKind},
	{"IPv6 Address", ipKind},
	{"addresses", ipKind},
	{"addresses.IP Address", ipKind},
	{"addresses.IPv6 Address", ipKind},
	{"addresses.address", ipKind},
	{"addresses.addr", ipKind},
	{"fixed_ips", ipKind},
	{"fixed_ips.ip_address", ipKind},
	{"floating_ips", ipKind},
	{"floating_ips.address", ipKind},
	{"floating_ips.floating_ip_address", ipKind},
	{"floating_ip_address", ipKind},
	{"allowed_address_pairs.ip_address", ipKind},
	{"network_info.network.subnets.ips.address", ipKind},
	{"network_info.network.subnets.ips.floating_ips.address", ipKind},
	{"external_gateway_info.external_fixed_ips.ip_address", ipKind},
	{"accessIPv4", ipKind},
	{"accessIPv6", ipKind},
	{"tunnel_address", ipKind},
	{"local_ip", ipKind},
	{"cluster_ip", ipKind},
	{"pod_status.pod_ip", ipKind},

	{"cidrs", netKind},
	{"cidr", netKind},
	{"subnets.cidr", netKind},
}

// maxTexts bounds what one object can put into the index.
const maxTexts = 2000

// extract gathers the texts by which a vertex is found, without duplicates, in
// the order of the table.
func extract(v *graph.Vertex) []text {
	x := extractor{seen: map[text]bool{}}
	x.add(text{"name", v.Name, nameKind})
	x.add(text{"object_name", v.ObjectName, nameKind})
	x.add(text{"id", string(v.ID), identKind})
	for _, f := range fields {
		if f.path == "ip_address" && v.Type == graph.Instance {
			continue // old documents keep the host's address there
		}
		head, rest, _ := strings.Cut(f.path, ".")
		if value, ok := v.Attrs[head]; ok {
			var path []string
			if rest != "" {
				path = strings.Split(rest, ".")
			}
			x.descend(value, path, text{Field: f.path, Kind: f.kind})
		}
	}
	return x.texts
}

type extractor struct {
	texts []text
	seen  map[text]bool // by kind and comparable text
}

// descend follows a path through lists and objects to the texts at its end.
func (x *extractor) descend(value any, path []string, t text) {
	switch value := value.(type) {
	case []any:
		for _, e := range value {
			x.descend(e, path, t)
		}
	case map[string]any:
		if len(path) == 0 {
			return
		}
		if inner, ok := value[path[0]]; ok {
			x.descend(inner, path[1:], t)
			return
		}
		for _, key := range slices.Sorted(maps.Keys(value)) { // keyed by names
			switch inner := value[key].(type) {
			case []any, map[string]any:
				x.descend(inner, path, t)
			}
		}
	default:
		if len(path) == 0 {
			t.Text = scalar(value)
			x.add(t)
		}
	}
}

// add keeps a text that says something and is not there yet under its kind.
func (x *extractor) add(t text) {
	form, ok := t.form()
	if !ok || len(x.texts) >= maxTexts {
		return
	}
	key := text{Text: form, Kind: t.Kind}
	if t.Kind == identKind && x.seen[text{Text: form, Kind: nameKind}] && t.Field != "id" {
		return
	}
	if !x.seen[key] {
		x.seen[key] = true
		x.texts = append(x.texts, t)
	}
}

// maxText is the longest text that is compared, in bytes.
const maxText = 1024

// form is the text as it is compared: lower case, addresses in one spelling.
// ok is false if it is nothing of its kind.
func (t text) form() (form string, ok bool) {
	switch t.Kind {
	case macKind:
		return parseMAC(t.Text)
	case ipKind:
		s, _, _ := strings.Cut(t.Text, "/")
		a, ok := parseIP(s)
		return a.String(), ok && !a.IsLoopback() && !a.IsUnspecified()
	case netKind:
		p, ok := parseNet(t.Text)
		return p.String(), ok
	}
	form = fold(t.Text)
	return form, form != ""
}

// fold brings a text into the form in which names are compared: lower case,
// one blank between words, no more than maxText bytes, valid UTF-8.
func fold(s string) string {
	s = strings.Join(strings.Fields(strings.ToLower(s)), " ")
	if len(s) > maxText {
		s = s[:maxText]
	}
	return strings.ToValidUTF8(s, "")
}
