package hostcli

import (
	"bufio"
	"bytes"
	"path"
	"strings"
)

// parseSysNet reads ls -l /sys/class/net: the names of interfaces whose device
// is not virtual. Only the last path element and the way there count, columns
// and dates differ from system to system (rule TD-13).
func parseSysNet(text []byte) []string {
	var out []string
	in := bufio.NewScanner(bytes.NewReader(text))
	in.Buffer(nil, len(text)+1)
	for in.Scan() {
		_, target, ok := strings.Cut(in.Text(), " -> ")
		target = strings.TrimSpace(target)
		if ok && strings.Contains(target, "/devices/") && !strings.Contains(target, "/virtual/") {
			out = append(out, path.Base(target))
		}
	}
	return out
}

// parsePhysFn reads the paths /sys/class/net/<if>/device/physfn that exist: the
// virtual functions of SR-IOV adapters.
func parsePhysFn(text []byte) map[string]bool {
	out := map[string]bool{}
	for f := range strings.FieldsSeq(string(text)) {
		if dir, ok := strings.CutSuffix(f, "/device/physfn"); ok {
			out[path.Base(dir)] = true
		}
	}
	return out
}
