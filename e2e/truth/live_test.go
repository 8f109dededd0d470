package truth

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestLab reads a running lab and holds what must be so in any lab of ours
// against it.
func TestLab(t *testing.T) {
	path := os.Getenv("LAB_OPENSTACK")
	if path == "" {
		if strings.Contains(","+os.Getenv("LAB_REQUIRED")+",", ",openstack,") {
			t.Fatal("LAB_REQUIRED names openstack, but LAB_OPENSTACK is not set")
		}
		t.Skip("set LAB_OPENSTACK to the lab's file (make lab-openstack prints it)")
	}
	lab, err := ReadLab(path)
	if err != nil {
		t.Fatal(err)
	}
	facts, err := ReadFacts(t.Context(), lab)
	if err != nil {
		t.Fatal(err)
	}
	truth, err := Derive(facts)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(summary(truth))
	hosts := len(lab.Hosts)
	for kind, want := range map[string]int{"host": hosts, "host_pnic": 3 * hosts, "region": 1} {
		if got := len(truth.Objects[kind].Must); got != want {
			t.Errorf("%d objects of type %s, want %d", got, kind, want)
		}
	}
	for _, kind := range ObjectTypes {
		if len(truth.Objects[kind].Must) == 0 {
			t.Errorf("the lab has no %s, so nothing would judge them", kind)
		}
	}
	twoPorts := map[string]int{}
	for p := range truth.Links["instance-vnic"].Must {
		twoPorts[p.From]++
	}
	n := 0
	for _, ports := range twoPorts {
		if ports == 2 {
			n++
		}
	}
	if n == 0 {
		t.Error("no instance has two ports")
	}
	for _, c := range truth.Chains {
		if last := c.Steps[len(c.Steps)-1]; last.Type != "host_pnic-network" || last.To != c.Network {
			t.Errorf("the chain of %s %s ends with %s %s, want network %s", c.FocalType, c.Focal, last.Type, last.Pair, c.Network)
		}
	}
	if diff := Compare(truth, ideal(truth)); len(diff) > 0 {
		t.Errorf("the truth differs from itself: %v", diff)
	}
}

// summary counts what a truth holds.
func summary(t *Truth) string {
	var b strings.Builder
	for _, kind := range ObjectTypes {
		fmt.Fprintf(&b, "%s %d\n", kind, len(t.Objects[kind].Must))
	}
	for _, kind := range LinkTypes {
		fmt.Fprintf(&b, "%s %d\n", kind, len(t.Links[kind].Must))
	}
	fmt.Fprintf(&b, "chains %d\nwants %d\n", len(t.Chains), len(t.Wants))
	return b.String()
}
