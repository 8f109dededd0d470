package openstack

import (
	"context"
	"net/netip"
	"strings"

	"calipso/graph"
)

// hostNames says which names mean the same host: Nova's name counts; a short
// and a full name are one host if one is the other's first label; the
// configuration's host_aliases come before all (rule DIS-50).
type hostNames struct {
	aliases map[string]string
	known   map[string]bool
	byLabel map[string][]string // first label → known names
}

func newHostNames(services []graph.Attrs, aliases map[string]string) *hostNames {
	n := &hostNames{aliases: aliases, known: map[string]bool{}, byLabel: map[string][]string{}}
	for _, s := range services {
		n.add(s.String("host"))
	}
	return n
}

// add makes a name known.
func (n *hostNames) add(name string) {
	if to, ok := n.aliases[name]; ok {
		name = to
	}
	if name == "" || n.known[name] {
		return
	}
	n.known[name] = true
	l := label(name)
	n.byLabel[l] = append(n.byLabel[l], name)
}

// resolve is the id of the host of some name; known is false for one that was
// never added: then the id is the name itself.
func (n *hostNames) resolve(name string) (id string, known bool) {
	if to, ok := n.aliases[name]; ok {
		name = to
	}
	if n.known[name] {
		return name, true
	}
	same := n.byLabel[label(name)]
	if len(same) == 1 && (same[0] == label(name) || name == label(name)) {
		return same[0], true
	}
	return name, false
}

// label is the part before the first dot; an address is one label.
func label(name string) string {
	if _, err := netip.ParseAddr(name); err == nil {
		return name
	}
	first, _, _ := strings.Cut(name, ".")
	return first
}

// hostNames of a region are those of its Nova services.
func (c *Conn) hostNames(ctx context.Context, region string) (*hostNames, error) {
	services, err := c.list(ctx, region, listServices)
	if err != nil {
		return nil, err
	}
	return newHostNames(services, c.set.aliases), nil
}
