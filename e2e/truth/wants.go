package truth

import (
	"slices"
	"strings"
)

// The conditions below take documents as JSON gives them: objects are
// map[string]any, lists []any.

// text: a member has exactly this value.
func text(member, value string) func(map[string]any) bool {
	return func(doc map[string]any) bool { return doc[member] == value }
}

// exactly: a member is a list of these texts, in any order.
func exactly(member string, values []string) func(map[string]any) bool {
	want := slices.Sorted(slices.Values(values))
	return func(doc map[string]any) bool {
		list, _ := doc[member].([]any)
		var have []string
		for _, e := range list {
			s, _ := e.(string)
			have = append(have, s)
		}
		slices.Sort(have)
		return slices.Equal(have, want)
	}
}

// floatingAddress: the list "addresses" has this one, flagged floating.
func floatingAddress(address string) func(map[string]any) bool {
	return func(doc map[string]any) bool {
		list, _ := doc["addresses"].([]any)
		return slices.ContainsFunc(list, func(e any) bool {
			entry, _ := e.(map[string]any)
			if entry["floating"] != true {
				return false
			}
			for _, v := range entry {
				s, _ := v.(string)
				if bare, _, _ := strings.Cut(s, "/"); bare == address {
					return true
				}
			}
			return false
		})
	}
}

// remoteEnds: the tunnels in a list lead to exactly these addresses, and all in
// it are tunnels. A vedge's own list shows the tunnel bridge's patch ports too.
func remoteEnds(member string, remotes []string, patches bool) func(map[string]any) bool {
	return func(doc map[string]any) bool {
		list, _ := doc[member].([]any)
		have := map[string]bool{}
		for _, e := range list {
			tunnel, _ := e.(map[string]any)
			kind, _ := tunnel["type"].(string)
			options, _ := tunnel["options"].(map[string]any)
			remote, _ := options["remote_ip"].(string)
			if patches && kind == "patch" {
				continue
			}
			if !tunnelled[kind] || remote == "" {
				return false
			}
			have[remote] = true
		}
		return slices.Equal(sorted(have), remotes)
	}
}
