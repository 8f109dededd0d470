package hostcli

import (
	"bufio"
	"bytes"
	"regexp"
	"strings"

	"calipso/graph"
)

// ethtoolLabel is a line that starts an attribute: white space, the label up
// to a colon, the value.
var ethtoolLabel = regexp.MustCompile(`^\s+([A-Za-z][^:\[\]]*):(?:\s+(.*))?$`)

// parseEthtool reads ethtool <interface>: attributes under their own labels; a
// value that goes on in further lines becomes a list. Lines of blanks are
// nothing (rule TD-15).
func parseEthtool(text []byte) graph.Attrs {
	out := graph.Attrs{}
	last := ""
	in := bufio.NewScanner(bytes.NewReader(text))
	in.Buffer(nil, len(text)+1)
	for in.Scan() {
		line := strings.TrimRight(in.Text(), " \t\r")
		if line == "" || strings.HasPrefix(line, "Settings for ") {
			continue
		}
		if m := ethtoolLabel.FindStringSubmatch(line); m != nil {
			last = m[1]
			out[last] = strings.TrimSpace(m[2])
			continue
		}
		if last == "" || line[0] != ' ' && line[0] != '\t' {
			continue
		}
		more := strings.TrimSpace(line)
		switch v := out[last].(type) {
		case string:
			if v == "" {
				out[last] = more
			} else {
				out[last] = []any{v, more}
			}
		case []any:
			out[last] = append(v, more)
		}
	}
	return out
}

// parseEthtoolDriver reads ethtool -i: driver and bus-info, without those that
// are empty.
func parseEthtoolDriver(text []byte) graph.Attrs {
	out := graph.Attrs{}
	in := bufio.NewScanner(bytes.NewReader(text))
	in.Buffer(nil, len(text)+1)
	for in.Scan() {
		k, v, ok := strings.Cut(in.Text(), ":")
		v = strings.TrimSpace(v)
		if ok && v != "" && (k == "driver" || k == "bus-info" || k == "firmware-version") {
			out[k] = v
		}
	}
	return out
}

// sysAttr gives what the kernel tells in /sys/class/net/<if> under ethtool's
// labels. Speed is in Mbit/s there, -1 for unknown.
func sysAttr(attr, text string) graph.Attrs {
	text = strings.TrimSpace(text)
	switch attr {
	case "speed":
		if text == "" || strings.HasPrefix(text, "-") {
			return graph.Attrs{"Speed": "Unknown!"}
		}
		return graph.Attrs{"Speed": text + "Mb/s"}
	case "duplex":
		if text == "" {
			return nil
		}
		return graph.Attrs{"Duplex": strings.ToUpper(text[:1]) + text[1:]}
	case "carrier":
		if text == "1" {
			return graph.Attrs{"Link detected": "yes"}
		}
		return graph.Attrs{"Link detected": "no"}
	}
	return nil
}
