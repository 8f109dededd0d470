package hostcli

import (
	"encoding/json"
	"slices"
	"strings"

	"calipso/collect"
	"calipso/graph"
)

// neighbour is what the switch at the other end of a cable says of itself.
type neighbour struct {
	Interface   string // ours
	ChassisName string
	ChassisID   string // mostly a MAC
	PortID      string
	PortDesc    string
	Management  []string
}

// parseLLDP reads lldpctl -f json. What occurs once is an object there, what
// occurs twice a list; the chassis stands under its name, or bare if it told
// none.
//
// Errors: *collect.ParseError.
func parseLLDP(source string, text []byte) ([]neighbour, error) {
	var doc struct {
		LLDP struct {
			Interface json.RawMessage `json:"interface"`
		} `json:"lldp"`
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, &collect.ParseError{Source: source, Reason: "no JSON object of neighbours: " + err.Error()}
	}
	var out []neighbour
	for _, named := range objects(doc.LLDP.Interface) {
		for _, name := range sortedKeys(named) {
			for _, body := range objects(named[name]) {
				out = append(out, neighbourOf(name, body))
			}
		}
	}
	slices.SortStableFunc(out, func(a, b neighbour) int { return strings.Compare(a.Interface, b.Interface) })
	return out, nil
}

func neighbourOf(name string, body map[string]json.RawMessage) neighbour {
	n := neighbour{Interface: name}
	for _, chassis := range objects(body["chassis"]) {
		if _, bare := chassis["id"]; !bare {
			for _, cn := range sortedKeys(chassis) {
				n.ChassisName = cn
				for _, inner := range objects(chassis[cn]) {
					chassis = inner
				}
			}
		}
		n.ChassisID = valueOf(chassis["id"])
		n.Management = manyTexts(chassis["mgmt-ip"])
	}
	for _, port := range objects(body["port"]) {
		n.PortID = valueOf(port["id"])
		n.PortDesc = firstText(port["descr"])
	}
	return n
}

// attrs is the neighbour as an entry of the attribute "lldp_neighbours".
func (n neighbour) attrs() any {
	out := graph.Attrs{}
	set(out, "switch", n.ChassisName)
	set(out, "chassis_id", n.ChassisID)
	set(out, "port", n.PortDesc)
	set(out, "port_id", n.PortID)
	set(out, "management_addresses", texts(n.Management))
	return map[string]any(out)
}

// objects reads one object, or a list of them.
func objects(raw json.RawMessage) []map[string]json.RawMessage {
	var one map[string]json.RawMessage
	if json.Unmarshal(raw, &one) == nil && one != nil {
		return []map[string]json.RawMessage{one}
	}
	var many []json.RawMessage
	if json.Unmarshal(raw, &many) != nil {
		return nil
	}
	var out []map[string]json.RawMessage
	for _, m := range many {
		var e map[string]json.RawMessage
		if json.Unmarshal(m, &e) == nil && e != nil {
			out = append(out, e)
		}
	}
	return out
}

// valueOf reads {"type": …, "value": text}.
func valueOf(raw json.RawMessage) string {
	for _, o := range objects(raw) {
		if s := firstText(o["value"]); s != "" {
			return s
		}
	}
	return ""
}

func manyTexts(raw json.RawMessage) []string {
	var many []string
	if json.Unmarshal(raw, &many) == nil {
		return many
	}
	if s := firstText(raw); s != "" {
		return []string{s}
	}
	return nil
}

func firstText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return ""
}

func sortedKeys(m map[string]json.RawMessage) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
