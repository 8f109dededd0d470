package hostcli

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"calipso/collect"
	"calipso/collect/collecttest"
)

func TestFaults(t *testing.T) {
	node1, node4 := hostVertex("node-1", "Compute", "Network"), hostVertex("node-4", "Compute")
	for _, test := range []struct {
		name   string
		cloud  collecttest.SSHCloud
		change func(map[string]any)
		want   map[string]error  // by fetcher and host; "* node-4": every fetcher of it
		text   map[string]string // what the error says
		logins map[string]int
	}{
		{
			name:   "nothing wrong",
			logins: map[string]int{"node-1": 1, "node-4": 1},
		},
		{
			name:   "wrong password",
			change: func(s map[string]any) { s["pwd"] = "nonsense" },
			want:   map[string]error{"* node-1": collect.ErrAuth, "* node-4": collect.ErrAuth},
		},
		{
			name:   "a host refuses, the master's ssh gets through",
			cloud:  collecttest.SSHCloud{OnlyMaster: true},
			logins: map[string]int{"node-1": 1},
		},
		{
			name:   "a host refuses, and no other way is wanted",
			cloud:  collecttest.SSHCloud{OnlyMaster: true},
			change: func(s map[string]any) { s["jump_mode"] = "direct" },
			want:   map[string]error{"* node-4": collect.ErrAuth},
			logins: map[string]int{"node-1": 1},
		},
		{
			name:   "the master forbids forwarding",
			cloud:  collecttest.SSHCloud{NoForward: true},
			logins: map[string]int{"node-1": 1},
		},
		{
			name:   "ssh on the master by configuration",
			change: func(s map[string]any) { s["jump_mode"] = "exec" },
			logins: map[string]int{"node-1": 1},
		},
		{
			name:   "a host refuses the master too",
			cloud:  collecttest.SSHCloud{Faults: []collecttest.SSHFault{{Host: "node-4", RefuseLogin: true}}},
			want:   map[string]error{"* node-4": collect.ErrAuth},
			text:   map[string]string{"os node-4": "Permission denied"},
			logins: map[string]int{"node-1": 1},
		},
		{
			name:   "a host is down",
			cloud:  collecttest.SSHCloud{Faults: []collecttest.SSHFault{{Host: "node-4", Closed: true}}},
			want:   map[string]error{"* node-4": collect.ErrUnreachable},
			text:   map[string]string{"vedges node-4": "Connection refused"},
			logins: map[string]int{"node-1": 1},
		},
		{
			name:   "the connection breaks in the middle of an answer",
			cloud:  collecttest.SSHCloud{Faults: []collecttest.SSHFault{{Host: "node-4", Drop: true}}},
			want:   map[string]error{"* node-4": collect.ErrUnreachable},
			logins: map[string]int{"node-1": 1, "node-4": 1},
		},
		{
			name: "libvirt is down: the vnics' matter alone",
			cloud: collecttest.SSHCloud{Faults: []collecttest.SSHFault{{
				Host: "node-4", Command: cmdDomains.String(), Status: 1,
				Stderr: "error: failed to connect to the hypervisor\n",
			}}},
			want:   map[string]error{"instance_vnics node-4": errAny},
			text:   map[string]string{"instance_vnics node-4": `node-4: virsh -r list --all --uuid --name: status 1: error: failed to connect`},
			logins: map[string]int{"node-1": 1, "node-4": 1},
		},
		{
			name:   "no virsh on a host that computes",
			cloud:  collecttest.SSHCloud{Faults: []collecttest.SSHFault{{Host: "node-4", Command: cmdDomains.String(), Missing: true}}},
			want:   map[string]error{"instance_vnics node-4": collect.ErrMissingTool},
			logins: map[string]int{"node-1": 1, "node-4": 1},
		},
		{
			name: "sudo wants a password",
			cloud: collecttest.SSHCloud{Faults: []collecttest.SSHFault{{
				Host: "node-1", Command: cmdOVS.String(), Status: 1, Stderr: "sudo: a password is required\n",
			}}},
			want:   map[string]error{"vedges node-1": collect.ErrAuth},
			logins: map[string]int{"node-1": 1, "node-4": 1},
		},
		{
			name: "the switch's database is down, but its agent runs",
			cloud: collecttest.SSHCloud{Faults: []collecttest.SSHFault{{
				Host: "node-1", Command: cmdOVS.String(), Status: 1,
				Stderr: "ovs-vsctl: unix:/var/run/openvswitch/db.sock: database connection failed (No such file or directory)\n",
			}}},
			want:   map[string]error{"vedges node-1": errAny},
			logins: map[string]int{"node-1": 1, "node-4": 1},
		},
		{
			name:   "no Open vSwitch installed",
			cloud:  collecttest.SSHCloud{Faults: []collecttest.SSHFault{{Host: "node-1", Command: cmdOVS.String(), Missing: true}}},
			logins: map[string]int{"node-1": 1, "node-4": 1},
		},
		{
			name: "a namespace goes away between the rounds",
			cloud: collecttest.SSHCloud{Faults: []collecttest.SSHFault{{
				Host: "node-1", Command: "ip -j -n qdhcp-18d08789-fdd1-4103-9d55-ee5e9fd7d078 address show", Status: 1,
				Stderr: "Cannot open network namespace \"qdhcp-18d08789\": No such file or directory\n",
			}}},
			logins: map[string]int{"node-1": 1, "node-4": 1},
		},
		{
			name: "interfaces cannot be read",
			cloud: collecttest.SSHCloud{Faults: []collecttest.SSHFault{{
				Host: "node-4", Command: cmdAddress.String(), Status: 2, Stderr: "RTNETLINK answers: Operation not permitted\n",
			}}},
			want: map[string]error{
				"interfaces node-4": errAny, "vconnectors node-4": errAny, "oteps node-4": errAny,
				"host_pnics node-4": errAny, "bonds node-4": errAny,
			},
			logins: map[string]int{"node-1": 1, "node-4": 1},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := replay(t, test.cloud)
			c := open(t, s, nil, test.change)
			for key, err := range fetchAll(t.Context(), c, node1, node4) {
				short := strings.TrimPrefix(key, "hostcli.")
				_, host, _ := strings.Cut(short, " ")
				want := test.want[short]
				if want == nil {
					want = test.want["* "+host]
				}
				switch {
				case want == nil && err != nil, want != nil && err == nil:
					t.Errorf("%s: %v, want %v", short, err, want)
				case want != nil && want != errAny && !errors.Is(err, want):
					t.Errorf("%s: %v, want %v", short, err, want)
				case err != nil && !strings.Contains(err.Error(), host):
					t.Errorf("%s: %v does not name the host", short, err)
				}
				if text := test.text[short]; text != "" && (err == nil || !strings.Contains(err.Error(), text)) {
					t.Errorf("%s: %v does not say %q", short, err, text)
				}
			}
			got := s.Logins()
			for h, n := range test.logins {
				if got[h] != n {
					t.Errorf("%d logins on %s, want %d", got[h], h, n)
				}
			}
			if len(got) > len(test.logins) {
				t.Errorf("logins on %v, want %v", got, test.logins)
			}
		})
	}
}

// errAny stands for an error of whatever kind.
var errAny = errors.New("any")

// A dead host is dialled once, however many fetchers ask.
func TestDeadHostIsRemembered(t *testing.T) {
	s := replay(t, collecttest.SSHCloud{Faults: []collecttest.SSHFault{{Host: "node-4", Closed: true}}})
	var count counter
	c := open(t, s, &count, nil)
	node4 := hostVertex("node-4", "Compute")
	for range 2 {
		for key, err := range fetchAll(t.Context(), c, node4) {
			if !errors.Is(err, collect.ErrUnreachable) {
				t.Errorf("%s: %v", key, err)
			}
		}
	}
	if n := count.of("node-4", "ssh: connect"); n != 1 {
		t.Errorf("node-4 was dialled %d times", n)
	}
}

// A connection that broke is made anew for the next who asks.
func TestBrokenConnectionIsMadeAnew(t *testing.T) {
	s := replay(t, collecttest.SSHCloud{Faults: []collecttest.SSHFault{{Host: "node-4", Drop: true}}})
	c := open(t, s, nil, nil)
	f, node4 := fetcher(t, c, "os"), hostVertex("node-4", "Compute")
	if _, err := f.Fetch(t.Context(), node4); !errors.Is(err, collect.ErrUnreachable) {
		t.Fatal(err)
	}
	s.SetFaults()
	if _, err := f.Fetch(t.Context(), node4); err != nil {
		t.Fatal(err)
	}
}

func TestUnknownAndChangedHostKeys(t *testing.T) {
	s := replay(t, collecttest.SSHCloud{})
	node4 := hostVertex("node-4", "Compute")
	t.Run("unknown", func(t *testing.T) {
		c := open(t, s, nil, func(sec map[string]any) { sec["known_hosts"] = filepath.Join(t.TempDir(), "none") })
		_, err := fetcher(t, c, "os").Fetch(t.Context(), node4)
		if !errors.Is(err, collect.ErrHostKey) || !strings.Contains(err.Error(), "SHA256:") || !strings.Contains(err.Error(), "unknown") {
			t.Error(err)
		}
	})
	t.Run("remembered, then changed", func(t *testing.T) {
		known := filepath.Join(t.TempDir(), "known_hosts")
		state := t.TempDir()
		ask := func(s *collecttest.SSHServer, port any) error {
			sec := s.Section(known)
			sec["host_key_policy"] = "tofu"
			sec["port"] = port
			c, err := new(Provider).Open(t.Context(), environment(t, sec, "OVS"), collect.Options{StateDir: state})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			_, err = fetcher(t, c.(*Conn), "os").Fetch(t.Context(), node4)
			return err
		}
		for range 2 {
			if err := ask(s, s.Section("")["port"]); err != nil {
				t.Fatal(err)
			}
		}
		other := replay(t, collecttest.SSHCloud{}) // the same names, other keys, another port for the master
		err := ask(other, other.Section("")["port"])
		if !errors.Is(err, collect.ErrHostKey) || !strings.Contains(err.Error(), "has changed") || !strings.Contains(err.Error(), "node-4") {
			t.Error(err)
		}
	})
}

// Who asks may lose patience; the others get their answer all the same.
func TestImpatience(t *testing.T) {
	s := replay(t, collecttest.SSHCloud{Faults: []collecttest.SSHFault{{Host: "node-4", Delay: 200 * time.Millisecond}}})
	c := open(t, s, nil, nil)
	node4 := hostVertex("node-4", "Compute")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := fetcher(t, c, "os").Fetch(gone, node4); !errors.Is(err, context.Canceled) {
		t.Errorf("impatient: %v", err)
	}
	if _, err := fetcher(t, c, "bonds").Fetch(t.Context(), node4); err != nil {
		t.Errorf("patient: %v", err)
	}
}

func TestCloseEndsWhatIsUnderWay(t *testing.T) {
	s := replay(t, collecttest.SSHCloud{Faults: []collecttest.SSHFault{{Host: "node-4", Silent: true}}})
	var count counter
	c := open(t, s, &count, nil)
	f := fetcher(t, c, "os")
	done := make(chan error)
	go func() {
		_, err := f.Fetch(t.Context(), hostVertex("node-4"))
		done <- err
	}()
	if _, err := f.Fetch(t.Context(), hostVertex("node-1")); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err == nil {
		t.Error("a closed connection answered")
	}
	if _, err := f.Fetch(t.Context(), hostVertex("node-2")); err == nil {
		t.Error("a closed connection asks")
	}
}

func TestConnectionTest(t *testing.T) {
	s := replay(t, collecttest.SSHCloud{Faults: []collecttest.SSHFault{{Host: "node-4", Command: "true", Status: 1, Stderr: "sudo: a password is required"}}})
	c := open(t, s, nil, func(sec map[string]any) { sec["host_addresses"] = map[string]any{"node-4": "node-4"} })
	got := c.Test(t.Context())
	if len(got) != 2 || got[0].Err != nil || !strings.Contains(got[0].Detail, "uname: Linux node-1") {
		t.Errorf("%+v", got)
	}
	if len(got) == 2 && !errors.Is(got[1].Err, collect.ErrAuth) {
		t.Errorf("node-4: %v", got[1].Err)
	}
}
