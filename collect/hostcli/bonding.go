package hostcli

import (
	"bufio"
	"bytes"
	"strings"

	"calipso/collect"
	"calipso/graph"
)

// bond is a report of the Linux bonding driver.
type bond struct {
	Attrs   graph.Attrs // header, under the driver's labels; nested objects for "802.3ad info"
	Members []bondMember
}

type bondMember struct {
	Name  string
	Attrs graph.Attrs
}

// parseBond reads /proc/net/bonding/<bond>: "label: value" lines, a block per
// "Slave Interface". "802.3ad info" opens a nested object until the next blank
// line; a label without a value ("details actor lacp pdu:") one for the lines
// that are indented below it, so that the partner's values do not replace the
// actor's (rule DIS-69).
//
// Errors: *collect.ParseError for a text that is no bonding report.
func parseBond(source string, text []byte) (*bond, error) {
	b := &bond{Attrs: graph.Attrs{}}
	block := b.Attrs // of the header, then of one member after another
	target := block  // block, or the object that is open in it
	open := ""       // label in target that indented lines belong to
	in := bufio.NewScanner(bytes.NewReader(text))
	in.Buffer(nil, len(text)+1)
	for n := 1; in.Scan(); n++ {
		raw := strings.TrimRight(in.Text(), " \t\r")
		line := strings.TrimSpace(raw)
		if line == "" {
			target, open = block, ""
			continue
		}
		indented := raw[0] == ' ' || raw[0] == '\t'
		label, value, ok := strings.Cut(line, ":")
		label, value = strings.TrimSpace(label), strings.TrimSpace(value)
		switch {
		case label == "Slave Interface" && value != "":
			m := bondMember{Name: value, Attrs: graph.Attrs{}}
			b.Members = append(b.Members, m)
			block, target, open = m.Attrs, m.Attrs, ""
		case !indented && value == "" && strings.HasSuffix(label, " info"):
			inner := map[string]any{}
			block[label] = inner
			target, open = inner, ""
		case !ok && strings.HasPrefix(line, "bond "):
			target["status"] = line // "bond bond0 has no active aggregator"
		case !ok:
			return nil, &collect.ParseError{Source: source, Line: n, Text: cut(line), Reason: "neither a label with a value nor the title of a block"}
		case indented && open != "":
			inner, isMap := target[open].(map[string]any)
			if !isMap {
				inner = map[string]any{}
				target[open] = inner
			}
			inner[label] = value
		default:
			target[label] = value
			open = ""
			if value == "" {
				open = label
			}
		}
	}
	if b.Attrs["Ethernet Channel Bonding Driver"] == nil && b.Attrs["Bonding Mode"] == nil {
		return nil, &collect.ParseError{Source: source, Reason: "no report of the bonding driver"}
	}
	return b, nil
}
