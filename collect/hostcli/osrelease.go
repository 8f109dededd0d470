package hostcli

import (
	"bufio"
	"bytes"
	"strings"

	"calipso/graph"
)

// parseOSRelease reads /etc/os-release: KEY=value in any order, the value with
// double quotes, single quotes or none. Lines of another form are comments.
func parseOSRelease(text []byte) graph.Attrs {
	keep := map[string]string{"NAME": "name", "VERSION": "version", "ID": "ID", "ID_LIKE": "ID_LIKE"}
	out := graph.Attrs{}
	in := bufio.NewScanner(bytes.NewReader(text))
	in.Buffer(nil, len(text)+1)
	for in.Scan() {
		k, v, ok := strings.Cut(strings.TrimSpace(in.Text()), "=")
		if name, wanted := keep[k]; ok && wanted {
			if v = unquoteValue(v); v != "" {
				out[name] = v
			}
		}
	}
	return out
}

func unquoteValue(v string) string {
	if len(v) >= 2 && (v[0] == '"' || v[0] == '\'') && v[len(v)-1] == v[0] {
		v = v[1 : len(v)-1]
	}
	return strings.NewReplacer(`\"`, `"`, `\'`, `'`, `\$`, `$`, "\\`", "`", `\\`, `\`).Replace(v)
}

// parseUname reads uname -rm: release of the kernel, then the architecture.
func parseUname(text []byte) (kernel, architecture string) {
	f := strings.Fields(string(text))
	if len(f) < 2 {
		return "", ""
	}
	return f[0], f[len(f)-1]
}
