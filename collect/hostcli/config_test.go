package hostcli

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"calipso/collect"
	"calipso/collect/hostcli/remote"
	"calipso/graph"
)

func TestSettings(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKeyWithPassphrase(key, "", []byte("open"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(block))
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := parseSettings(environment(t, map[string]any{
		"name": "CLI", "host": "10.0.0.1", "port": "2222", "user": "stack", "key": file, "key_passphrase": "open",
		"host_user": "heat", "host_addresses": map[string]any{"node-2": "10.0.0.2", "node-3": "10.0.0.3"},
		"hosts": []any{map[string]any{"name": "node-3", "user": "root", "pwd": "secret", "port": int64(23)}},
	}, "OVS"), "")
	if err != nil {
		t.Fatal(err)
	}
	r := s.remote
	if r.Address != "10.0.0.1" || r.Port != 2222 || r.Master.User != "stack" || r.Master.Key.Reveal() != text || r.Jump != remote.JumpAuto {
		t.Errorf("master: %+v", r)
	}
	if r.Behind == nil || r.Behind.User != "heat" || r.Behind.Key != r.Master.Key || r.Behind.Passphrase.Reveal() != "open" {
		t.Errorf("behind: %+v", r.Behind)
	}
	h := r.Hosts["node-3"]
	if h.Address != "10.0.0.3" || h.Port != 23 || h.Login.User != "root" || h.Login.Password.Reveal() != "secret" || !h.Login.Key.IsZero() {
		t.Errorf("node-3: %+v", h)
	}
	if r.Hosts["node-2"].Login != nil || strings.Join(s.named, " ") != "node-2 node-3" || !r.Keys.Strict() {
		t.Errorf("%+v", s)
	}
}

func TestSettingsComplaints(t *testing.T) {
	for _, test := range []struct {
		section map[string]any
		want    []string
	}{
		{map[string]any{}, []string{"CLI.host: is missing", "CLI.user: is missing"}},
		{map[string]any{"host": "h", "user": "u"}, []string{"CLI.pwd: is missing"}},
		{map[string]any{"host": "h", "user": "u", "key": "/none"}, []string{"CLI.key: key file: open /none"}},
		{map[string]any{"host": "h", "user": "u", "key_text": "nonsense"}, []string{"CLI.key: private key does not read"}},
		{map[string]any{"host": "h;reboot", "user": "u", "pwd": "p"}, []string{"hosts.h;reboot: is no host name"}},
		{map[string]any{"host": "-oProxyCommand=x", "user": "u", "pwd": "p"}, []string{"is no host name"}},
		{map[string]any{"host": "h", "user": "u", "pwd": "p", "jump_mode": "hop", "sudo": "please", "host_key_policy": "ignore"},
			[]string{`CLI.jump_mode: "hop" is none of auto, direct, exec`, "CLI.sudo", "CLI.host_key_policy"}},
		{map[string]any{"host": "h", "user": "u", "pwd": "p", "host_key_policy": "tofu"}, []string{"nowhere to remember"}},
		{map[string]any{"host": "h", "user": "u", "pwd": "p", "pnic_include": []any{"eth["}}, []string{`"eth[" is no pattern`}},
	} {
		test.section["name"] = "CLI"
		_, err := new(Provider).Open(t.Context(), environment(t, test.section, "OVS"), collect.Options{})
		var wrong *graph.InvalidError
		if !errors.As(err, &wrong) {
			t.Errorf("%v: %v", test.section, err)
			continue
		}
		for _, w := range test.want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%v does not say %q", err, w)
			}
		}
	}
}

func TestWhen(t *testing.T) {
	ovs := environment(t, map[string]any{"name": "CLI"}, "OVS")
	both := environment(t, map[string]any{"name": "CLI"}, "OVS", "LXB")
	for _, test := range []struct {
		name string
		env  *graph.Environment
		host *graph.Vertex
		want bool
	}{
		{"instance_vnics", ovs, hostVertex("h", "Compute"), true},
		{"instance_vnics", ovs, hostVertex("h", "Controller", "Network"), false},
		{"vservices", ovs, hostVertex("h", "Compute"), true},
		{"vservices", ovs, hostVertex("h", "Controller"), false},
		{"host_pnics", ovs, hostVertex("h", "Controller"), true},
		{"host_pnics", ovs, hostVertex("h", "unknown"), false},
		{"os", ovs, hostVertex("h", "unknown"), true},
		{"vedges", both, hostVertex("h", "Network"), true},
		{"oteps", both, hostVertex("h", "Compute"), true},
		{"oteps", ovs, hostVertex("h", "Compute"), false},
		{"vedges", ovs, hostVertex("h"), true},
	} {
		f := fetcher(t, new(Conn), test.name)
		if got := f.When(test.env, test.host); got != test.want {
			t.Errorf("%s on %v with %v: %v", test.name, hostTypes(test.host), test.env.MechanismDrivers, got)
		}
	}
}
