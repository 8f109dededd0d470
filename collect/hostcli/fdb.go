package hostcli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"calipso/collect"
)

// fdbEntry is one line of the forwarding table that leads to another host.
type fdbEntry struct {
	MAC    string `json:"mac"`
	Device string `json:"ifname"`
	Remote string `json:"dst"`
}

// flood is the MAC of entries that take what has no entry of its own.
const flood = "00:00:00:00:00:00"

// parseFDB reads bridge -j fdb show; only entries with a remote host count.
//
// Errors: *collect.ParseError.
func parseFDB(source string, text []byte) ([]fdbEntry, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, nil
	}
	var all, out []fdbEntry
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, &collect.ParseError{Source: source, Reason: fmt.Sprintf("no JSON list of forwarding entries: %v", err)}
	}
	for _, e := range all {
		if e.Remote != "" {
			out = append(out, e)
		}
	}
	return out, nil
}

// parseFDBText reads bridge fdb show, unfiltered: with a device as argument
// the lines would not name it (rule TD-19).
func parseFDBText(text []byte) []fdbEntry {
	var out []fdbEntry
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		e := fdbEntry{MAC: f[0], Device: wordAfter(f, "dev"), Remote: wordAfter(f, "dst")}
		if e.Device != "" && e.Remote != "" {
			out = append(out, e)
		}
	}
	return out
}

// remotes are the distinct hosts behind a device, those of flooding entries
// first, each group sorted, since the kernel's order changes.
func remotes(table []fdbEntry, device string) []string {
	var out []string
	seen := map[string]bool{}
	for _, flooding := range []bool{true, false} {
		var group []string
		for _, e := range table {
			if e.Device == device && (e.MAC == flood) == flooding && !seen[e.Remote] {
				seen[e.Remote] = true
				group = append(group, e.Remote)
			}
		}
		slices.Sort(group)
		out = append(out, group...)
	}
	return out
}
