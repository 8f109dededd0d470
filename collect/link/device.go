package link

import (
	"context"
	"strings"

	"calipso/graph"
)

// device names an interface of one host: links inside a host never lead to
// another.
type device struct{ host, name string }

// port names what a device belongs to by the piece of the Neutron port's id
// that device names end in: "tap3c4d5e6f-8a" and "qvb3c4d5e6f-8a" are of the
// same port. Other names have none.
func (d device) port() (tail device, ok bool) {
	if len(d.name) != 14 || d.name[11] != '-' {
		return device{}, false
	}
	return device{d.host, d.name[3:]}, true
}

// deviceOf is the device of a vnic, which its id names.
func deviceOf(v *graph.Vertex) device {
	return device{v.Host, strings.TrimPrefix(string(v.ID), v.Host+"-")}
}

// pnicName is the interface name of a physical interface.
func pnicName(p *graph.Vertex) string {
	if n := p.Attrs.String("local_name"); n != "" {
		return n
	}
	return p.Name
}

// pnicState is the state of links that end at a physical interface: down if the
// interface says that it has no carrier (rule LC-02).
func pnicState(p *graph.Vertex) graph.EdgeState {
	if s := p.Attrs.String("Link detected"); s != "" && !strings.EqualFold(s, "yes") {
		return graph.Down
	}
	return graph.Up
}

// pnicsByName indexes the physical interfaces by host and name.
func pnicsByName(ctx context.Context, g graph.Reader) (map[device]*graph.Vertex, error) {
	out := map[device]*graph.Vertex{}
	for p, err := range g.Vertices(ctx, graph.HostPNIC) {
		if err != nil {
			return nil, err
		}
		out[device{p.Host, pnicName(p)}] = p
	}
	return out, nil
}

// title is the name to show in link names: the short one if there is one.
func title(v *graph.Vertex) string {
	if v.ObjectName != "" {
		return v.ObjectName
	}
	return v.Text()
}

// edge makes an edge between two ends that is up.
func edge(t graph.EdgeType, from, to graph.ID, host, name string, attrs graph.Attrs) *graph.Edge {
	if attrs == nil {
		attrs = graph.Attrs{}
	}
	return &graph.Edge{EdgeKey: graph.EdgeKey{Type: t, From: from, To: to}, Name: name, State: graph.Up, Host: host, Attrs: attrs}
}

// carries makes attributes that say which networks a link carries, as a vertex
// or a record beside it states them: "network" for exactly one, else the list
// "networks", which may be empty. Nothing stated, nothing said.
func carries(from graph.Attrs, attrs graph.Attrs) graph.Attrs {
	if attrs == nil {
		attrs = graph.Attrs{}
	}
	ids, stated := graph.Carried(from)
	switch {
	case !stated:
	case len(ids) == 1:
		attrs["network"] = ids[0]
	default:
		l := make([]any, len(ids))
		for i, id := range ids {
			l[i] = id
		}
		attrs["networks"] = l
	}
	return attrs
}

// with adds a text attribute unless it is empty.
func with(attrs graph.Attrs, key, text string) graph.Attrs {
	if text != "" {
		attrs[key] = text
	}
	return attrs
}
