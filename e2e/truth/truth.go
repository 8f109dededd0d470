package truth

import (
	"cmp"
	"maps"
	"slices"
)

// Truth is what a complete and correct inventory holds.
type Truth struct {
	// Objects are the ids by object type.
	Objects map[string]*Expected[string]
	// Links are the links by link type.
	Links map[string]*Expected[Pair]
	// Chains lead from each instance and vservice to each of its networks.
	Chains []Chain
	// Wants are single facts that must stand in a document.
	Wants []Want
	// Reach are the instances that each network's clique must show.
	Reach map[string][]string
}

// Pair is one link of a type: the ids of its ends.
type Pair struct{ From, To string }

// Expected is what must be there and what may be there besides; everything
// else is wrong.
type Expected[T comparable] struct{ Must, May map[T]bool }

func newExpected[T comparable]() *Expected[T] {
	return &Expected[T]{Must: map[T]bool{}, May: map[T]bool{}}
}

// Chain is the way a port's frames take from a focal point to the network.
type Chain struct {
	Focal, FocalType string
	Network          string
	Steps            []Step
}

// Step is one link on the way, as it is stored.
type Step struct {
	Type string
	Pair
}

// Want says what one object's or link's document must say.
type Want struct {
	Type, ID string
	What     string // in words, for the report
	Holds    func(doc map[string]any) bool
}

// ObjectTypes are the types of object that Compare judges; others, such as
// folders, are none of its business.
var ObjectTypes = []string{
	"region", "project", "availability_zone", "aggregate", "host_ref", "host", "network_agent",
	"network", "port", "instance", "vnic", "vservice", "vconnector", "vedge", "otep", "host_pnic",
}

// LinkTypes are the link types that Compare judges: all those that Open vSwitch
// and the Linux bridge driver can give rise to. Of others it only asks that
// both ends exist.
var LinkTypes = []string{
	"instance-vnic", "vservice-vnic", "vnic-vconnector", "vnic-vedge", "vconnector-vedge",
	"vconnector-otep", "vconnector-host_pnic", "vedge-otep", "vedge-host_pnic",
	"otep-vconnector", "otep-host_pnic", "host_pnic-network",
}

func newTruth() *Truth {
	t := &Truth{Objects: map[string]*Expected[string]{}, Links: map[string]*Expected[Pair]{}, Reach: map[string][]string{}}
	for _, name := range ObjectTypes {
		t.Objects[name] = newExpected[string]()
	}
	for _, name := range LinkTypes {
		t.Links[name] = newExpected[Pair]()
	}
	return t
}

func (t *Truth) object(kind, id string) { t.Objects[kind].Must[id] = true }

func (t *Truth) link(kind, from, to string) Step {
	t.Links[kind].Must[Pair{from, to}] = true
	return Step{kind, Pair{from, to}}
}

// sorted lists a set of ids in order.
func sorted[T cmp.Ordered](set map[T]bool) []T { return slices.Sorted(maps.Keys(set)) }

// sortedPairs lists a set of links in order.
func sortedPairs(set map[Pair]bool) []Pair {
	return slices.SortedFunc(maps.Keys(set), func(a, b Pair) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
}
