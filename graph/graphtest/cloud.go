package graphtest

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"

	"calipso/graph"
	"calipso/graph/catalog"
)

// CloudOptions say how large a cloud is. Zero members take a default.
type CloudOptions struct {
	// Env names the environment, of which the topmost folders' ids are made;
	// "cloud" by default.
	Env graph.EnvID
	// Seed decides everything that is left to chance.
	Seed uint64
	// Hosts is the number of hosts, 10 by default.
	Hosts int
	// InstancesPerHost is their number on each host, 20 by default.
	InstancesPerHost int
}

func (o CloudOptions) withDefaults() CloudOptions {
	if o.Env == "" {
		o.Env = "cloud"
	}
	if o.Hosts <= 0 {
		o.Hosts = 10
	}
	if o.InstancesPerHost <= 0 {
		o.InstancesPerHost = 20
	}
	return o
}

// What a generated cloud is made of.
const (
	zoneHosts        = 32 // hosts of an availability zone
	rackHosts        = 24 // hosts of a leaf switch
	spines           = 2
	projectNetworks  = 4
	networkInstances = 10 // instances per network, so this many times fewer networks
)

// Cloud generates an OpenStack cloud with Open vSwitch and VXLAN: a region with
// zones, projects with networks and ports, hosts with instances, DHCP servers,
// bridges, virtual switches, endpoints and bonds, leaf and spine switches, with
// all folders and links. The same options give the same cloud. About one object
// in seven is an instance, there are about 1.2 links an object, and the clique
// of an instance has about ten.
//
// It holds one host at a time, so that a million objects need little memory.
// Vertices come before the edges that end at them.
func Cloud(o CloudOptions) iter.Seq2[*graph.Record, error] {
	return func(yield func(*graph.Record, error) bool) {
		c := &cloud{CloudOptions: o.withDefaults(), yield: yield}
		defer func() {
			if r := recover(); r != nil && r != any(errStopped) {
				panic(r)
			}
		}()
		c.top()
		c.networks()
		c.switches()
		for h := range c.Hosts {
			c.host(h)
		}
	}
}

// CloudSize is the number of hosts, of 20 instances each, that give about that
// many objects.
func CloudSize(objects int) CloudOptions {
	return CloudOptions{Hosts: max(1, objects/160), InstancesPerHost: 20}
}

// errStopped unwinds the generator when its reader has seen enough.
var errStopped = errors.New("stopped")

// cloud is one run of the generator.
type cloud struct {
	CloudOptions
	yield func(*graph.Record, error) bool
}

func (c *cloud) emit(r *graph.Record) {
	if !c.yield(r, nil) {
		panic(errStopped)
	}
}

// under puts a vertex below a parent, with the folders that are between and
// those that it has of its own. made keeps the folders that exist.
func (c *cloud) under(parent graph.ID, parentType graph.VertexType, v *graph.Vertex, made map[graph.ID]bool) graph.ID {
	v.Parent = c.folders(parent, v.Host, catalog.Folders(v, parentType), made)
	c.emit(&graph.Record{Vertex: v})
	host := v.Host
	if v.Type == graph.Host {
		host = string(v.ID)
	}
	for _, f := range catalog.StaticFolders(v.Type) {
		c.folders(v.ID, host, []catalog.Folder{f}, made)
	}
	return v.ID
}

func (c *cloud) folders(parent graph.ID, host string, chain []catalog.Folder, made map[graph.ID]bool) graph.ID {
	id := parent
	if id == "" {
		id = graph.ID(c.Env)
	}
	for _, f := range chain {
		above := id
		if above == graph.ID(c.Env) {
			above = ""
		}
		id = graph.ID(string(id) + "-" + f.Suffix)
		if !made[id] {
			made[id] = true
			c.emit(&graph.Record{Vertex: &graph.Vertex{ID: id, Type: f.Type, Name: f.Text, ObjectName: f.Text, Host: host, Parent: above}})
		}
	}
	if id == graph.ID(c.Env) {
		return ""
	}
	return id
}

func (c *cloud) link(t graph.EdgeType, from, to graph.ID, host, name string, attrs graph.Attrs) {
	c.emit(&graph.Record{Edge: &graph.Edge{
		EdgeKey: graph.EdgeKey{Type: t, From: from, To: to}, Name: name, State: graph.Up, Host: host, Attrs: attrs,
	}})
}

// uuid is the same for the same seed, kind and number.
func (c *cloud) uuid(kind uint64, n int) string {
	r := rand.New(rand.NewPCG(c.Seed*31+kind, uint64(n)))
	a, b := r.Uint64(), r.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0xfff, b&0xffffffffffff)
}

// The kinds of things that have a uuid.
const (
	kindProject = iota
	kindNetwork
	kindInstance
	kindPort
	kindVEdge
	kindAgent
	kindDHCP
)

func (c *cloud) networkCount() int {
	n := max(1, c.Hosts*c.InstancesPerHost/networkInstances)
	return (n + projectNetworks - 1) / projectNetworks * projectNetworks
}

func (c *cloud) networkID(n int) string { return c.uuid(kindNetwork, n) }

func mac(prefix byte, n int) string {
	return fmt.Sprintf("%02x:16:3e:%02x:%02x:%02x", prefix, n>>16&0xff, n>>8&0xff, n&0xff)
}

func hostName(h int) string { return fmt.Sprintf("compute-%04d.lab", h) }
