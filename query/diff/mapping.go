package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"calipso/graph"
)

// Mapping says what the things of one environment are called in another.
type Mapping struct {
	// Hosts gives hosts by name; ids and attributes that contain the name of a
	// host are rewritten with it.
	Hosts map[string]string `json:"hosts,omitempty"`
	// Names gives other things by name: projects, networks, instances.
	Names map[string]string `json:"names,omitempty"`
	// IDs gives objects by id.
	IDs map[string]string `json:"ids,omitempty"`
}

// maxMapped is how many entries a mapping may have.
const maxMapped = 100_000

// Validate tells every fault of a mapping.
func (m Mapping) Validate() error {
	var wrong []graph.FieldError
	for _, part := range []struct {
		at   string
		list map[string]string
	}{{"mapping.hosts", m.Hosts}, {"mapping.names", m.Names}, {"mapping.ids", m.IDs}} {
		if len(part.list) > maxMapped {
			wrong = append(wrong, graph.FieldError{Field: part.at, Reason: fmt.Sprintf("has more than %d entries", maxMapped)})
		}
		of := map[string]string{}
		for _, k := range slices.Sorted(maps.Keys(part.list)) {
			v := part.list[k]
			switch other, twice := of[v]; {
			case k == "" || v == "":
				wrong = append(wrong, graph.FieldError{Field: part.at, Reason: fmt.Sprintf("%q: %q is no pair of names", k, v)})
			case twice:
				wrong = append(wrong, graph.FieldError{Field: part.at, Reason: fmt.Sprintf("both %q and %q become %q", other, k, v)})
			}
			of[v] = k
		}
	}
	if len(wrong) > 0 {
		return &graph.InvalidError{What: "mapping", Fields: wrong}
	}
	return nil
}

// translator puts what the old environment says into the words of the new one.
type translator struct {
	m   Mapping
	ids map[string]string // of what was found to be the same under another id
}

func newTranslator(m Mapping) *translator { return &translator{m, map[string]string{}} }

// maxRewritten is the longest text in which names of hosts are looked for:
// longer ones are raw output.
const maxRewritten = 512

// text translates a name, an id or another text.
func (t *translator) text(s string) string {
	for _, known := range []map[string]string{t.m.IDs, t.ids, t.m.Names, t.m.Hosts} {
		if to, ok := known[s]; ok {
			return to
		}
	}
	if len(t.m.Hosts) == 0 || s == "" || len(s) > maxRewritten {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); {
		n, to := 0, ""
		if part(s[i]) && (i == 0 || !part(s[i-1])) {
			n, to = t.hostAt(s[i:])
		}
		if n == 0 {
			out.WriteByte(s[i])
			i++
			continue
		}
		out.WriteString(to)
		i += n
	}
	return out.String()
}

// hostAt finds the longest name of a host with which a text begins.
func (t *translator) hostAt(s string) (length int, to string) {
	for n := len(s); n > 0; n-- {
		if !part(s[n-1]) || n < len(s) && part(s[n]) {
			continue
		}
		if to, ok := t.m.Hosts[s[:n]]; ok {
			return n, to
		}
	}
	return 0, ""
}

// part tells whether a byte belongs to a word: names of hosts end where words
// do.
func part(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func (t *translator) value(v any) any {
	switch v := v.(type) {
	case string:
		return t.text(v)
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = t.value(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = t.value(e)
		}
		return out
	}
	return v
}

// vertex is a vertex as the new environment would say it.
func (t *translator) vertex(v *graph.Vertex) *graph.Vertex {
	out := &graph.Vertex{
		ID: graph.ID(t.text(string(v.ID))), Type: v.Type, Name: t.text(v.Name), ObjectName: t.text(v.ObjectName),
		Host: t.text(v.Host), Parent: graph.ID(t.text(string(v.Parent))), Part: t.text(v.Part),
	}
	if v.Attrs != nil {
		out.Attrs = t.value(map[string]any(v.Attrs)).(map[string]any)
	}
	return out
}

// edge is an edge as the new environment would say it.
func (t *translator) edge(e *graph.Edge) *graph.Edge {
	out := *e
	out.From, out.To = graph.ID(t.text(string(e.From))), graph.ID(t.text(string(e.To)))
	out.Name, out.Host, out.Switch = t.text(e.Name), t.text(e.Host), t.text(e.Switch)
	if e.Attrs != nil {
		out.Attrs = t.value(map[string]any(e.Attrs)).(map[string]any)
	}
	return &out
}
