package hostcli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"calipso/collect"
)

// parseNamespaces reads ip -j netns list. No namespaces: "[]" or nothing.
//
// Errors: *collect.ParseError.
func parseNamespaces(source string, text []byte) ([]string, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, nil
	}
	var list []struct {
		Name string `json:"name"`
	}
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, &collect.ParseError{Source: source, Reason: fmt.Sprintf("no JSON list of namespaces: %v", err)}
	}
	var out []string
	for _, n := range list {
		if n.Name != "" {
			out = append(out, n.Name)
		}
	}
	return out, nil
}

// parseNamespacesText reads ip netns list: a name a line, with or without
// "(id: 4)" behind it.
func parseNamespacesText(text []byte) []string {
	var out []string
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 0 {
			out = append(out, f[0])
		}
	}
	return out
}
