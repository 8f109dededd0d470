package diff

import (
	"strings"

	"calipso/graph"
)

type (
	vertexPair = graph.Pair[graph.Vertex]
	edgePair   = graph.Pair[graph.Edge]
)

// stableKey is what an object keeps when its id changes, since ids of what
// lives on a host may contain the host's name (rule C-1). Empty: nothing but
// the id.
func stableKey(v *graph.Vertex) string {
	switch v.Type {
	case graph.Instance:
		return v.Attrs.String("uuid")
	case graph.VNIC, graph.HostPNIC:
		return strings.ToLower(v.Attrs.String("mac_address"))
	case graph.VService:
		return v.Attrs.String("local_service_id")
	case graph.VConnector:
		// The bridge of one port, or of one network, is named after it; other
		// bridges have the same name on every host.
		name := v.Attrs.String("bridge_name")
		if strings.HasPrefix(name, "qbr") || strings.HasPrefix(name, "brq") {
			return name
		}
	case graph.Host, graph.Switch:
		return v.Name
	}
	return ""
}

// rematch joins vertices that went with such that came, if they are the same
// thing under another id. Which belong together is decided by the stable key,
// and where several have the same, by the name too; what is still ambiguous
// stays apart.
func rematch(pairs []vertexPair) []vertexPair {
	pairs = join(pairs, func(v *graph.Vertex) string {
		if k := stableKey(v); k != "" {
			return k + "\x00" + v.Name
		}
		return ""
	})
	return join(pairs, stableKey)
}

func join(pairs []vertexPair, keyOf func(*graph.Vertex) string) []vertexPair {
	type side struct{ gone, came []int }
	sides := map[string]*side{}
	for i, p := range pairs {
		v := p.Old
		if v == nil {
			v = p.New
		}
		if p.Old != nil && p.New != nil {
			continue
		}
		key := keyOf(v)
		if key == "" {
			continue
		}
		key = string(v.Type) + "\x00" + key
		s := sides[key]
		if s == nil {
			s = &side{}
			sides[key] = s
		}
		if p.Old != nil {
			s.gone = append(s.gone, i)
		} else {
			s.came = append(s.came, i)
		}
	}
	drop := map[int]bool{}
	out := make([]vertexPair, 0, len(pairs))
	for _, s := range sides {
		if len(s.gone) == 1 && len(s.came) == 1 {
			old, new := s.gone[0], s.came[0]
			pairs[new] = vertexPair{Old: pairs[old].Old, New: pairs[new].New, Touched: merged(pairs[old].Touched, pairs[new].Touched)}
			drop[old] = true
		}
	}
	for i, p := range pairs {
		if !drop[i] {
			out = append(out, p)
		}
	}
	return out
}

// merged is two ascending lists of times as one, each time once.
func merged(a, b []graph.Time) []graph.Time {
	out := make([]graph.Time, 0, len(a)+len(b))
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			out, a = append(out, a[0]), a[1:]
		case len(a) == 0 || b[0] < a[0]:
			out, b = append(out, b[0]), b[1:]
		default:
			a = a[1:] // the same time; b gives it
		}
	}
	return out
}

// retype takes pairs apart whose type changed: another thing has taken the id.
func retype(pairs []vertexPair) []vertexPair {
	out := make([]vertexPair, 0, len(pairs))
	for _, p := range pairs {
		if p.Old != nil && p.New != nil && p.Old.Type != p.New.Type {
			out = append(out, vertexPair{Old: p.Old, Touched: p.Touched}, vertexPair{New: p.New, Touched: p.Touched})
			continue
		}
		out = append(out, p)
	}
	return out
}

// moved tells whether both forms are of one thing in two places.
func moved(p vertexPair) bool {
	return p.Old.ID != p.New.ID || p.Old.Host != p.New.Host || p.Old.Parent != p.New.Parent
}
