package truth

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// recorded loads the facts in testdata.
func recorded(t *testing.T) *Facts {
	t.Helper()
	text, err := os.ReadFile("testdata/cloud.json")
	if err != nil {
		t.Fatal(err)
	}
	f := &Facts{Cloud: new(Cloud)}
	if err := json.Unmarshal(text, f.Cloud); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"node-1", "node-4"} {
		text, err := os.ReadFile("testdata/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		h, err := ParseHost(name, string(text))
		if err != nil {
			t.Fatal(err)
		}
		f.Hosts = append(f.Hosts, h)
	}
	return f
}

func TestParseHostOVS(t *testing.T) {
	h := recorded(t).Hosts[0]
	eth1 := h.NICs["eth1"]
	if !eth1.Physical || eth1.MAC != "b2:ac:a0:83:dc:88" {
		t.Errorf("eth1 is %+v", eth1)
	}
	if data := h.NICs["br-data"]; data.Physical || !slices.Equal(data.Addresses, []string{"10.78.0.11"}) {
		t.Errorf("br-data is %+v", data)
	}
	if len(h.Peers) != 10 || h.Peers["qvb8427e6d5-56"] != "qvo8427e6d5-56" {
		t.Errorf("veth pairs are %v", h.Peers)
	}
	if len(h.Bridges) != 5 || len(h.Bridges[0].Members) != 2 || h.Bridges[0].ID[:5] != "8000." {
		t.Errorf("bridges are %+v", h.Bridges)
	}
	w := wiring{Host: h}
	if got := w.tunnels(); !slices.Equal(got, []string{"10.78.0.12", "10.78.0.13", "10.78.0.14"}) {
		t.Errorf("tunnels lead to %v", got)
	}
	if len(h.Domains) != 4 || len(h.Namespaces) != 6 {
		t.Errorf("%d guests and %d namespaces, want 4 and 6", len(h.Domains), len(h.Namespaces))
	}
	gateway := h.Namespaces[0].NICs[0]
	if gateway.Name != "qg-879cfd51-86" || gateway.MAC != "fa:16:3e:f8:1f:e5" || !slices.Equal(gateway.Addresses, []string{"10.79.0.98", "10.79.0.176"}) {
		t.Errorf("the gateway is %+v", gateway)
	}
}

func TestParseHostLinuxBridge(t *testing.T) {
	h := recorded(t).Hosts[1]
	if len(h.Switches) != 0 || len(h.Bridges) != 3 || len(h.VXLANs) != 3 {
		t.Fatalf("%d switches, %d bridges, %d tunnels, want 0, 3, 3", len(h.Switches), len(h.Bridges), len(h.VXLANs))
	}
	v := h.VXLANs[0]
	slices.Sort(v.Remotes)
	if v.Name != "vxlan-174" || v.Local != "10.78.0.14" || !slices.Equal(v.Remotes, []string{"10.78.0.11", "10.78.0.12", "10.78.0.13"}) {
		t.Errorf("the first tunnel is %+v", v)
	}
	if two := h.Domains[2]; len(two.Devices) != 2 || two.Devices[0].Source[:3] != "brq" {
		t.Errorf("the third guest is %+v", two)
	}
}

// Text that is cut off or not understood is an error, never half a host.
func TestParseHostRefuses(t *testing.T) {
	whole, err := os.ReadFile("testdata/node-4.txt")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"empty":                  "",
		"cut off":                string(whole[:len(whole)-10]),
		"only the end":           "@@ end\n",
		"unknown answer":         "@@ weather\nfine\n",
		"no answer yet":          "eth0 up\n",
		"member first":           "@@ brctl\n\t\t\ttap0\n",
		"interfaces of no guest": "@@ domain\n tap0   bridge   br0   virtio   fa:16:3e:26:7e:4a\n",
		"sudo complains":         "@@ netns\nsudo: a password is required\n",
	} {
		if h, err := ParseHost("h", text); err == nil {
			t.Errorf("%s: got %+v, want an error", name, h)
		}
	}
}
