package truth

import (
	"slices"
	"strings"
	"testing"
)

func derived(t *testing.T) *Truth {
	t.Helper()
	truth, err := Derive(recorded(t))
	if err != nil {
		t.Fatal(err)
	}
	return truth
}

func TestDeriveCounts(t *testing.T) {
	truth := derived(t)
	for kind, want := range map[string]int{
		"region": 1, "project": 3, "availability_zone": 3, "aggregate": 3, "host": 2, "network_agent": 5, "network": 5,
		"instance": 7, "vnic": 19, "vservice": 6, "vconnector": 8, "vedge": 1, "otep": 4, "host_pnic": 6,
	} {
		if got := len(truth.Objects[kind].Must); got != want {
			t.Errorf("%d objects of type %s, want %d", got, kind, want)
		}
	}
	for kind, want := range map[string]int{
		"instance-vnic": 9, "vservice-vnic": 10, "vnic-vconnector": 9, "vnic-vedge": 10, "vconnector-vedge": 5,
		"vconnector-otep": 3, "vedge-otep": 1, "vedge-host_pnic": 1, "otep-host_pnic": 4, "host_pnic-network": 8,
	} {
		if got := len(truth.Links[kind].Must); got != want {
			t.Errorf("%d links of type %s, want %d", got, kind, want)
		}
	}
}

// On an Open vSwitch host a tunnelled network leaves by the NIC under the
// bridge with the tunnelling address, a vlan by the one under the mapped
// bridge; on a Linux bridge host the address is on the NIC itself.
func TestUplinks(t *testing.T) {
	truth := derived(t)
	ways := map[string][]string{} // host/network → types of the steps, and the NIC
	names := map[string]string{}
	for _, n := range recorded(t).Cloud.Networks {
		names[n.ID] = n.Name
	}
	for _, c := range truth.Chains {
		var way []string
		for _, s := range c.Steps {
			way = append(way, s.Type)
		}
		last := c.Steps[len(c.Steps)-1]
		host, rest, _ := strings.Cut(last.From, "-eth")
		key := c.FocalType + " on " + host + " at " + names[c.Network]
		ways[key] = append(way, "eth"+rest[:1])
	}
	for key, want := range map[string]string{
		"instance on node-1 at alpha-web": "instance-vnic vnic-vconnector vconnector-vedge vedge-otep otep-host_pnic host_pnic-network eth1",
		"instance on node-1 at beta-vlan": "instance-vnic vnic-vconnector vconnector-vedge vedge-host_pnic host_pnic-network eth2",
		"instance on node-4 at alpha-web": "instance-vnic vnic-vconnector vconnector-otep otep-host_pnic host_pnic-network eth1",
		"vservice on node-1 at beta-app":  "vservice-vnic vnic-vedge vedge-otep otep-host_pnic host_pnic-network eth1",
		"vservice on node-1 at ext":       "vservice-vnic vnic-vedge vedge-host_pnic host_pnic-network eth2",
	} {
		if got := strings.Join(ways[key], " "); got != want {
			t.Errorf("%s:\n got %s\nwant %s", key, got, want)
		}
	}
}

// Facts that do not fit together are refused, each by name.
func TestDeriveRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*Facts) string{
		"no Open vSwitch answered": func(f *Facts) string { f.Hosts[0].Switches = nil; return "no Open vSwitch answered" },
		"unknown host":             func(f *Facts) string { f.Hosts = f.Hosts[:1]; return "node-4" },
		"guest gone":               func(f *Facts) string { f.Hosts[1].Domains = f.Hosts[1].Domains[1:]; return "shows no interface" },
		"guest unknown":            func(f *Facts) string { f.Hosts[1].Domains[0].UUID = "other"; return "no instance" },
		"port unknown": func(f *Facts) string {
			f.Hosts[0].Domains[0].Devices[0].MAC = "02:00:00:00:00:01"
			return "no port has"
		},
		"tunnel address nowhere": func(f *Facts) string {
			n := f.Hosts[0].NICs["br-data"]
			n.Addresses = nil
			f.Hosts[0].NICs["br-data"] = n
			return "tunnelling address"
		},
		"floating address nowhere": func(f *Facts) string {
			f.Hosts[0].Namespaces[0].NICs[0].Addresses = nil
			return "floating address"
		},
		"unplugged": func(f *Facts) string { f.Hosts[1].Bridges[0].Members = nil; return "plugged into nothing" },
	} {
		f := recorded(t)
		word := spoil(f)
		if _, err := Derive(f); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: error is %v, want one with %q", name, err, word)
		}
	}
}

// A tap plugged straight into Open vSwitch, as its own firewall driver has it,
// makes a chain without a bridge.
func TestDeriveWithoutHybridPlug(t *testing.T) {
	f := recorded(t)
	h := f.Hosts[0]
	dev := &h.Domains[0].Devices[0]
	h.Bridges = slices.DeleteFunc(h.Bridges, func(b Bridge) bool { return b.Name == dev.Source })
	for i := range h.Switches {
		if h.Switches[i].Name == "br-int" {
			h.Switches[i].Ports = append(h.Switches[i].Ports, SwitchPort{Name: dev.Name})
		}
	}
	truth, err := Derive(f)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(truth.Chains, func(c Chain) bool { return c.Focal == h.Domains[0].UUID })
	if second := truth.Chains[at].Steps[1]; second.Type != "vnic-vedge" {
		t.Errorf("the second step is %s, want vnic-vedge", second.Type)
	}
}
