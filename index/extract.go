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
	uuidKind              // an identifier by its digits, with dashes or without
	macKind               // by digits, whatever the spelling
	ipKind                // by value
	netKind               // a network: found by its CIDR and by addresses in it
)

// text is one thing that an object can be found by.
type text struct {
	at   uint8  // its line in fields
	kind kind   // identKind may turn out to be uuidKind
	text string // as the object has it
	form string // as it is compared
}

// field is the documented attribute, inner ones after a dot.
func (t text) field() string { return fields[t.at].path }

// The first lines of fields are no attributes.
const (
	nameLine = iota
	objectNameLine
	idLine
	attributeLines
)

// fields are what objects are found by. Lists are gone through; where an object lacks the member that the
// path names, its lists and objects are gone through: old data has objects keyed
// by names instead of lists, and Nova nests addresses in networks.
var fields = []struct {
	path string
	kind kind
}{
	{"name", nameKind},
	{"object_name", nameKind},
	{"id", identKind},

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
	x := extractor{}
	x.add(nameLine, v.Name)
	x.add(objectNameLine, v.ObjectName)
	x.add(idLine, string(v.ID))
	for at := attributeLines; at < len(fields); at++ {
		path := fields[at].path
		if path == "ip_address" && v.Type == graph.Instance {
			continue // old documents keep the host's address there
		}
		head, rest, _ := strings.Cut(path, ".")
		if value, ok := v.Attrs[head]; ok {
			x.descend(value, rest, at)
		}
	}
	return x.texts
}

type extractor struct {
	texts []text
	seen  map[string]bool // letter of the kind and form; made when there are many
}

// descend follows a path through lists and objects to the texts at its end.
func (x *extractor) descend(value any, path string, at int) {
	switch value := value.(type) {
	case []any:
		for _, e := range value {
			x.descend(e, path, at)
		}
	case map[string]any:
		if path == "" {
			return
		}
		head, rest, _ := strings.Cut(path, ".")
		if inner, ok := value[head]; ok {
			x.descend(inner, rest, at)
			return
		}
		for _, key := range slices.Sorted(maps.Keys(value)) { // keyed by names
			switch inner := value[key].(type) {
			case []any, map[string]any:
				x.descend(inner, path, at)
			}
		}
	default:
		if path == "" {
			x.add(at, scalar(value))
		}
	}
}

// add keeps a text that says something and is not there yet under its kind.
func (x *extractor) add(at int, s string) {
	t, ok := newText(at, s)
	if !ok || len(x.texts) >= maxTexts || x.has(t.kind, t.form) {
		return
	}
	if t.kind == identKind && at != idLine && x.has(nameKind, t.form) {
		return
	}
	x.texts = append(x.texts, t)
	if x.seen != nil {
		x.seen[whole(t.kind, t.form)] = true
	}
}

// fewTexts are compared one by one faster than through a map.
const fewTexts = 16

func (x *extractor) has(k kind, form string) bool {
	if len(x.texts) <= fewTexts {
		return slices.ContainsFunc(x.texts, func(t text) bool { return t.kind == k && t.form == form })
	}
	if x.seen == nil {
		x.seen = map[string]bool{}
		for _, t := range x.texts {
			x.seen[whole(t.kind, t.form)] = true
		}
	}
	return x.seen[whole(k, form)]
}

// maxText is the longest text that is compared, in bytes.
const maxText = 1024

// newText brings a text into the form in which it is compared: lower case,
// addresses in one spelling. ok is false if it is nothing of its kind.
func newText(at int, s string) (t text, ok bool) {
	t = text{at: uint8(at), kind: fields[at].kind, text: s}
	switch t.kind {
	case macKind:
		t.form, ok = parseMAC(s)
	case ipKind:
		s, _, _ = strings.Cut(s, "/")
		a, valid := parseIP(s)
		t.form, ok = a.String(), valid && !a.IsLoopback() && !a.IsUnspecified()
	case netKind:
		p, valid := parseNet(s)
		t.form, ok = p.String(), valid
	case identKind:
		if digits, is := parseUUID(s); is {
			t.kind, t.form = uuidKind, digits
			return t, true
		}
		fallthrough
	default:
		t.form = fold(s)
		ok = t.form != ""
	}
	return t, ok
}

// fold brings a text into the form in which names are compared: lower case,
// one blank between words, no more than maxText bytes, valid UTF-8.
func fold(s string) string {
	if plain(s) {
		return s
	}
	s = strings.Join(strings.Fields(strings.ToLower(s)), " ")
	if len(s) > maxText {
		s = s[:maxText]
	}
	return strings.ToValidUTF8(s, "")
}

// plain tells whether folding a text would not change it: most are so.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || 'A' <= c && c <= 'Z' {
			return false
		}
	}
	return len(s) <= maxText
}
