package hostcli

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"calipso/collect/collecttest"
	"calipso/collect/hostcli/batch"
	"calipso/graph"
)

// invented is a host that answers what a test says, on top of what any host
// has; "-" at the beginning of a line makes the rest an error text with status 1.
func invented(t *testing.T, said map[string]string, user string) *collecttest.SSHServer {
	t.Helper()
	return replay(t, inventedCloud(said, user))
}

func inventedCloud(said map[string]string, user string) collecttest.SSHCloud {
	all := map[string]string{
		cmdOSRelease.String(): "NAME=x\n",
		cmdUname.String():     "6.1.0 x86_64\n",
		cmdAddress.String():   "[]",
		cmdSysNet.String():    "total 0\n",
		cmdFDB.String():       "[]",
		cmdDHCPNS.String():    "[]",
		cmdDomains.String():   "\n",
		cmdBonding.String():   "-ls: cannot access /proc/net/bonding: No such file or directory",
	}
	for c, text := range said {
		all[c] = text
	}
	answers := map[string]batch.Transcript{}
	for c, text := range all {
		tr := batch.Transcript{Host: "node-1", Command: c, Stdout: []byte(text)}
		if good, bad, ok := strings.Cut("\n"+text, "\n-"); ok {
			tr = batch.Transcript{Host: "node-1", Command: c, Stdout: []byte(strings.TrimPrefix(good, "\n")), Stderr: []byte(bad), Status: 1}
		}
		answers[c] = tr
	}
	return collecttest.SSHCloud{User: user, Transcripts: &collecttest.SSHTranscripts{
		Master: "node-1", Hosts: map[string]map[string]batch.Transcript{"node-1": answers},
	}}
}

// vertices fetches one thing of the invented host.
func vertices(t *testing.T, c *Conn, name string) []*graph.Vertex {
	t.Helper()
	f := fetcher(t, c, name)
	vs, err := f.Fetch(t.Context(), hostVertex("node-1", "Compute", "Network"))
	if err != nil {
		t.Fatal(err)
	}
	checkVertices(t, f, vs)
	return vs
}

func find(t *testing.T, vs []*graph.Vertex, id graph.ID) *graph.Vertex {
	t.Helper()
	i := slices.IndexFunc(vs, func(v *graph.Vertex) bool { return v.ID == id })
	if i < 0 {
		t.Fatalf("no %q among\n%s", id, draw(t, vs))
	}
	return vs[i]
}

func ids(vs []*graph.Vertex) string {
	var out []string
	for _, v := range vs {
		out = append(out, string(v.ID))
	}
	return strings.Join(out, " ")
}

func nic(n int, name, more string) string {
	return fmt.Sprintf(`{"ifindex":%d,"ifname":%q,"flags":["BROADCAST","UP"],"mtu":9000,"operstate":"UP","address":"02:00:5e:00:00:%02d"%s}`, n, name, n, more)
}

func sysLink(name, path string) string {
	return "lrwxrwxrwx 1 root root 0 Nov  1 10:00 " + name + " -> ../../devices/" + path + "/net/" + name + "\n"
}

func TestBondsOverNICs(t *testing.T) {
	s := invented(t, map[string]string{
		cmdAddress.String(): "[" + strings.Join([]string{
			nic(1, "eno1", `,"master":"bond0"`), nic(2, "eno2", `,"master":"bond0"`),
			nic(3, "bond0", `,"linkinfo":{"info_kind":"bond"},"addr_info":[{"family":"inet","local":"10.0.0.1","prefixlen":24,"scope":"global"}]`),
			nic(4, "bond0.103", `,"link":"bond0","linkinfo":{"info_kind":"vlan","info_data":{"id":103}},"addr_info":[{"family":"inet","local":"10.3.0.1","prefixlen":24,"scope":"global"}]`),
			nic(5, "eno5", `,"master":"bond1"`), nic(6, "bond1", `,"linkinfo":{"info_kind":"bond"}`),
			nic(7, "eno7", `,"master":"team0"`), nic(8, "team0", `,"linkinfo":{"info_kind":"team"}`),
		}, ",") + "]",
		cmdSysNet.String(): sysLink("eno1", "pci0/1") + sysLink("eno2", "pci0/2") + sysLink("eno5", "pci0/5") +
			sysLink("eno7", "pci0/7") + sysLink("bond0", "virtual"),
		cmdBonding.String():       "bond0\nbond1\n",
		cmdBond("bond0").String(): "Ethernet Channel Bonding Driver: v6\nBonding Mode: active-backup\nMII Status: up\n\nSlave Interface: eno1\nSpeed: 1000 Mbps\n\nSlave Interface: gone\nSpeed: Unknown\n",
		cmdTeam("team0").String(): `{"setup":{"runner_name":"lacp"},"ports":{"eno7":{"link":{"up":true}}}}`,
	}, "")
	c := open(t, s, nil, nil)
	vs := vertices(t, c, "bonds")
	want := "node-1-bond0-02:00:5e:00:00:03 node-1-eno1-02:00:5e:00:00:01 node-1-bond1-02:00:5e:00:00:06 node-1-eno5-02:00:5e:00:00:05 node-1-team0-02:00:5e:00:00:08 node-1-eno7-02:00:5e:00:00:07"
	if got := ids(vs); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	b := find(t, vs, "node-1-bond0-02:00:5e:00:00:03").Attrs
	if !b.Bool("EtherChannel") || b.String("Link detected") != "yes" || b.String("Bonding Mode") != "active-backup" || b.String("IP Address") != "10.0.0.1" {
		t.Errorf("bond0: %v", b)
	}
	members := b.Maps("members")
	if len(members) != 2 || members[0].String("id") != "node-1-eno1-02:00:5e:00:00:01" ||
		members[0].String("Speed") != "1000 Mbps" || members[1].String("name") != "gone" || members[1].String("id") != "" {
		t.Errorf("members of bond0: %v", members)
	}
	if sub := b.Maps("sub_interfaces"); len(sub) != 1 || sub[0].Int("vlan_id") != 103 {
		t.Errorf("above bond0: %v", sub)
	}
	if m := find(t, vs, "node-1-eno1-02:00:5e:00:00:01"); m.Attrs.String("EtherChannel Master") != "node-1-bond0-02:00:5e:00:00:03" || m.Parent != "" {
		t.Errorf("eno1: %+v", m)
	}
	if got := ids(vertices(t, c, "host_pnics")); strings.Contains(got, "bond0") || !strings.Contains(got, "eno2") {
		t.Errorf("NICs are %s", got)
	}
	list := find(t, vertices(t, c, "interfaces"), "node-1").Attrs.Maps("interfaces")
	if len(list) != 2 || list[1].String("parent") != "bond0" || list[1].String("kind") != "vlan" {
		t.Errorf("interfaces: %v", list)
	}
}

func TestWhichNICsCount(t *testing.T) {
	s := invented(t, map[string]string{
		cmdAddress.String(): "[" + strings.Join([]string{
			nic(1, "eno1", `,"linkinfo":{"info_kind":"x"}`), nic(2, "eno1v0", ""), nic(3, "veth7", ""), nic(4, "eno4", ""), nic(5, "lo", ""),
		}, ",") + "]",
		cmdSysNet.String():                 sysLink("eno1", "pci0/1") + sysLink("eno1v0", "pci0/2") + sysLink("veth7", "virtual") + sysLink("eno4", "pci0/4") + sysLink("away", "pci0/9"),
		cmdPhysFn.String():                 "/sys/class/net/eno1v0/device/physfn\n",
		"cat /sys/class/net/eno1/speed":    "25000\n",
		"cat /sys/class/net/eno1/duplex":   "full\n",
		"cat /sys/class/net/eno1/carrier":  "1\n",
		"cat /sys/class/net/veth7/carrier": "-cat: /sys/class/net/veth7/carrier: Invalid argument",
	}, "")
	c := open(t, s, nil, func(sec map[string]any) {
		sec["pnic_include"], sec["pnic_exclude"] = []any{"veth*"}, []any{"eno4"}
	})
	vs := vertices(t, c, "host_pnics")
	if got, want := ids(vs), "node-1-eno1-02:00:5e:00:00:01 node-1-veth7-02:00:5e:00:00:03"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	// No ethtool here: the kernel tells.
	if a := vs[0].Attrs; a.String("Speed") != "25000Mb/s" || a.String("Duplex") != "Full" || a.String("Link detected") != "yes" {
		t.Errorf("eno1: %v", a)
	}
}

// A device of an instance vanishes while ls lists it; then there are none at all.
func TestDevicesVanishWhileListed(t *testing.T) {
	gone := "-ls: cannot access '/sys/class/net/tap3c4d5e6f-8a': Stale file handle\n"
	list := func(text string) ([]*graph.Vertex, error) {
		c := open(t, invented(t, map[string]string{cmdAddress.String(): "[" + nic(1, "eno1", "") + "]", cmdSysNet.String(): text}, ""), nil, nil)
		return fetcher(t, c, "host_pnics").Fetch(t.Context(), hostVertex("node-1", "Compute"))
	}
	if vs, err := list(sysLink("eno1", "pci0/1") + gone); err != nil || ids(vs) != "node-1-eno1-02:00:5e:00:00:01" {
		t.Errorf("got %s, %v", ids(vs), err)
	}
	if _, err := list(gone); err == nil {
		t.Error("no list, and no error")
	}
}

func TestWhichBridgesCount(t *testing.T) {
	bridge := `,"linkinfo":{"info_kind":"bridge","info_data":{"bridge_id":"8000.2:0:0:0:0:1"}}`
	answers := map[string]string{
		cmdAddress.String(): "[" + strings.Join([]string{
			nic(1, "docker0", bridge), nic(2, "virbr0", bridge), nic(3, "br-mesh", bridge), nic(4, "qbr3c4d5e6f-8a", bridge),
			nic(5, "tap3c4d5e6f-8a", `,"master":"virbr0"`), nic(6, "br-0123456789ab", bridge), nic(7, "eno7.9", `,"link":"eno7","master":"br-0123456789ab"`),
			nic(8, "lxcbr0", bridge+`,"addr_info":[{"family":"inet","local":"10.9.0.1","prefixlen":24,"scope":"global"}]`),
			nic(9, "vxlan-7", `,"linkinfo":{"info_kind":"vxlan","info_data":{"id":7,"local":"10.9.0.1"}}`), nic(10, "cni0", bridge), nic(11, "eno7", ""),
		}, ",") + "]",
		cmdSysNet.String(): sysLink("eno7", "pci0/7"),
	}
	names := func(vs []*graph.Vertex) string {
		var out []string
		for _, v := range vs {
			out = append(out, v.Attrs.String("bridge_name"))
		}
		return strings.Join(out, " ")
	}
	c := open(t, invented(t, answers, ""), nil, nil)
	if got, want := names(vertices(t, c, "vconnectors")), "virbr0 br-mesh qbr3c4d5e6f-8a br-0123456789ab lxcbr0"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	c = open(t, invented(t, answers, ""), nil, func(sec map[string]any) { sec["scan_all_bridges"] = true })
	if got := len(vertices(t, c, "vconnectors")); got != 7 {
		t.Errorf("%d bridges of 7", got)
	}
}

// Tools from before -j: text and brctl.
func TestOldTools(t *testing.T) {
	s := invented(t, map[string]string{
		cmdAddress.String(): `-Option "-j" is unknown, try "ip -help".`,
		cmdDHCPNS.String():  `-Option "-j" is unknown, try "ip -help".`,
		cmdFDB.String():     `-Option "-j" is unknown, try "bridge help".`,
		cmdAddressText.String(): "2: eth0: <BROADCAST,UP> mtu 1500 qdisc mq state UP qlen 1000\n    link/ether 02:00:5e:00:00:97 brd ff:ff:ff:ff:ff:ff\n    inet 10.0.0.2/24 scope global eth0\n" +
			"3: qbr3c4d5e6f-8a: <BROADCAST,UP> mtu 1500 state UP\n    link/ether 2e:0a:4c:11:22:33 brd ff:ff:ff:ff:ff:ff\n",
		cmdBrctl.String():      "bridge name\tbridge id\t\tSTP enabled\tinterfaces\nqbr3c4d5e6f-8a\t\t8000.2e0a4c112233\tno\t\tqvb3c4d5e6f-8a\n\t\t\t\t\t\t\ttap3c4d5e6f-8a\n",
		cmdDHCPNSText.String(): "qdhcp-0a55c1c2-77a1-4a2f-9f7b-0d4b7ce0a001 (id: 1)\nhaproxy\n",
		cmdFDBText.String():    "00:00:00:00:00:00 dev vxlan-7 dst 10.0.0.9 self permanent\n",
		"ip -n qdhcp-0a55c1c2-77a1-4a2f-9f7b-0d4b7ce0a001 address show": "7: tap1@if9: <UP> mtu 1450 state UP\n    link/ether fa:16:3e:11:22:33 brd ff:ff:ff:ff:ff:ff\n    inet 10.20.0.2/24 scope global tap1\n",
		cmdSysNet.String(): sysLink("eth0", "pci0/1"),
	}, "")
	c := open(t, s, nil, nil)
	v := find(t, vertices(t, c, "vconnectors"), "node-1-qbr3c4d5e6f-8a-8000.2e0a4c112233")
	if got := fmt.Sprint(v.Attrs.Strings("interfaces_names")); got != "[qvb3c4d5e6f-8a tap3c4d5e6f-8a]" {
		t.Errorf("members %s", got)
	}
	if got := ids(vertices(t, c, "vservices")); got != "node-1-qdhcp-0a55c1c2-77a1-4a2f-9f7b-0d4b7ce0a001" {
		t.Errorf("services %s", got)
	}
	if a := find(t, vertices(t, c, "vservice_vnics"), "node-1-tap1").Attrs; a.String("cidr") != "10.20.0.0/24" {
		t.Errorf("%v", a)
	}
	if a := find(t, vertices(t, c, "host_pnics"), "node-1-eth0-02:00:5e:00:00:97").Attrs; a.String("IP Address") != "10.0.0.2" {
		t.Errorf("%v", a)
	}
}

// Tools in containers, and one container that is not there.
func TestContainers(t *testing.T) {
	in := func(container string, c command) string {
		return "docker exec --user root " + container + " " + c.String()
	}
	s := invented(t, map[string]string{
		in("nova_libvirt", cmdDomains):                          "\n",
		cmdDomains.String():                                     "-must not be asked",
		in("openvswitch_vswitchd", cmdOVS):                      "-Error: No such container: openvswitch_vswitchd",
		cmdOVS.String():                                         `{"headings":["_uuid","name","ports"],"data":[[["uuid","b"],"br-int",["set",[]]]]}{"headings":["_uuid"],"data":[]}{"headings":["_uuid"],"data":[]}{"headings":["ovs_version"],"data":[["3.1.0"]]}`,
		in("neutron_dhcp_agent", cmdDHCPNS):                     `[{"name":"qdhcp-1"},{"name":"qrouter-2"}]`,
		in("neutron_l3_agent", cmdRouterNS):                     `[{"name":"qrouter-2"},{"name":"qdhcp-1"}]`,
		in("neutron_dhcp_agent", cmdNamespace("qdhcp-1", true)): `[` + nic(1, "tapA", "") + `]`,
		in("neutron_l3_agent", cmdNamespace("qrouter-2", true)): `[` + nic(2, "qr-B", "") + `]`,
	}, "")
	c := open(t, s, nil, nil)
	c.settings.translation = translationFor(&graph.Environment{Distribution: "Kolla", Body: graph.Attrs{}})
	if got := ids(vertices(t, c, "vedges")); got != "node-1-OVS" {
		t.Errorf("switch %q", got)
	}
	if got := ids(vertices(t, c, "vservice_vnics")); got != "node-1-tapA node-1-qr-B" {
		t.Errorf("service vnics %q", got)
	}
	if got := ids(vertices(t, c, "instance_vnics")); got != "" {
		t.Errorf("instance vnics %q", got)
	}
}

func TestTranslation(t *testing.T) {
	env := &graph.Environment{Distribution: "Mercury", Version: "10239", Body: graph.Attrs{
		"cli_translation": map[string]any{"engine": "podman", "libvirt": "", "ovn-nb": "ovn_nb_db"},
	}}
	tr := translationFor(env)
	b, ok := tr.apply(cmdOVS)
	if !ok || !strings.HasPrefix(b.String(), "podman exec --user root ovs_vswitch_10239 ovs-vsctl ") || !b.Root || b.Lane != "ovs" {
		t.Errorf("%v %s", ok, b)
	}
	if _, ok := tr.apply(cmdDomains); ok {
		t.Error("the environment's own table says libvirt runs on the host")
	}
	if translations["mercury"].containers[libvirt] == "" {
		t.Error("one environment's table changed all")
	}
}

// Only what needs root runs as root, and nothing does for root itself.
func TestSudo(t *testing.T) {
	for _, test := range []struct {
		user, sudo string
		want       bool
	}{{"calipso", "", true}, {"root", "", false}, {"root", "always", true}, {"calipso", "never", false}} {
		var mu sync.Mutex
		root := map[string]bool{}
		cloud := inventedCloud(nil, test.user)
		cloud.Asked = func(_ string, cmd batch.Command) {
			mu.Lock()
			defer mu.Unlock()
			root[cmd.Argv[0]] = cmd.Root
		}
		c := open(t, replay(t, cloud), nil, func(sec map[string]any) {
			if test.sudo != "" {
				sec["sudo"] = test.sudo
			}
		})
		vertices(t, c, "os")
		mu.Lock()
		if root["virsh"] != test.want || root["ovs-vsctl"] != test.want || root["ip"] || root["cat"] || root["ls"] {
			t.Errorf("%+v: as root %v", test, root)
		}
		mu.Unlock()
	}
}

// What silence of the switch means where its tool is installed.
func TestSilentSwitch(t *testing.T) {
	down := "-ovs-vsctl: unix:/var/run/openvswitch/db.sock: database connection failed (No such file or directory)"
	for _, test := range []struct {
		name    string
		said    map[string]string
		drivers []string
		fails   bool
	}{
		{"a Linux bridge host", nil, []string{"OVS", "LXB"}, false},
		{"all hosts must have it", nil, []string{"OVS"}, true},
		{"the agent runs", map[string]string{cmdOVSAgent.String(): "1\n"}, []string{"OVS", "LXB"}, true},
		{"its bridge is there", map[string]string{cmdAddress.String(): "[" + nic(1, "br-int", "") + "]"}, []string{"OVS", "LXB"}, true},
		{"installed, not used", map[string]string{cmdOVS.String(): `{"headings":["_uuid"],"data":[]}{"headings":["_uuid"],"data":[]}{"headings":["_uuid"],"data":[]}{"headings":["ovs_version"],"data":[]}`}, []string{"OVS"}, false},
	} {
		said := map[string]string{cmdOVS.String(): down, cmdOVSAgent.String(): "-0"}
		for k, v := range test.said {
			said[k] = v
		}
		c := open(t, invented(t, said, ""), nil, nil)
		c.env.MechanismDrivers = test.drivers
		vs, err := fetcher(t, c, "vedges").Fetch(t.Context(), hostVertex("node-1", "Compute"))
		if (err != nil) != test.fails || len(vs) > 0 {
			t.Errorf("%s: %s %v", test.name, ids(vs), err)
		}
	}
}
