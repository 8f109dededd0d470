package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// file writes a document and gives its name.
func file(t *testing.T, name, text string) string {
	t.Helper()
	at := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return at
}

// TestReferenceCommands: clique types, constraints and link types of one's own
// are made, tried, changed and removed, and move with an environment.
func TestReferenceCommands(t *testing.T) {
	dir := t.TempDir()
	on := func(args ...string) []string { return append([]string{"--data-dir", dir}, args...) }
	must(t, on("env", "add", environmentFile(t, map[string]any{"name": "OpenStack", "host": "127.0.0.1", "port": closedPort(t), "user": "calipso", "pwd": "x"}))...)
	short := file(t, "short.yaml", "name: short\nfocal_point_type: instance\nenvironment: lab\nlink_types: [instance-vnic, vnic-host_pnic]\n")
	if out := must(t, on("clique-type", "add", short, "--dry-run")...); !strings.Contains(out, "clique type short would be right; nothing was done") ||
		!strings.Contains(out, "environment lab: 0 cliques of instance: clique type instance before, short then") {
		t.Error(out)
	}
	must(t, on("link-type", "add", file(t, "link.json", `{"type":"vnic-host_pnic","description":"passed through"}`))...)
	must(t, on("clique-type", "add", short)...)
	must(t, on("constraint", "add", file(t, "c.yaml", "focal_point_type: instance\nconstraints: [network, vlan]\n"))...)
	if out := must(t, on("clique-type", "list", "--origin", "own")...); !strings.Contains(out, "instance-vnic vnic-host_pnic") || strings.Contains(out, "apex") {
		t.Error(out)
	}
	if out := must(t, on("clique-type", "show", "short")...); !strings.Contains(out, "name: short\n") {
		t.Error(out)
	}
	if out := must(t, on("constant", "list", "--environment-type", "OpenStack")...); !strings.Contains(out, "vnic-host_pnic") {
		t.Error(out)
	}
	if out := must(t, on("constant", "show", "link_states")...); !strings.Contains(out, "value: up") {
		t.Error(out)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"clique-type", "add", short}, "is there already"},
		{[]string{"clique-type", "change", "short", file(t, "x.yaml", "name: x\nfocal_point_type: instance\nenvironment: lab\nlink_types: [instance-vnc]\n")}, `did you mean "instance-vnic"?`},
		{[]string{"clique-type", "remove", "instance"}, "comes with Calipso"},
		{[]string{"link-type", "remove", "vnic-host_pnic"}, `is used by clique type "short"`},
		{[]string{"message", "clear", "lab"}, "--all"},
	} {
		if code, _, errOut := calipso(t, on(c.args...)...); code != exitError || !strings.Contains(errOut, c.want) {
			t.Errorf("calipso %v: exit %d, %s", c.args, code, errOut)
		}
	}

	// To another installation and back to the same.
	archive, other := filepath.Join(t.TempDir(), "out"), t.TempDir()
	must(t, on("export", archive)...)
	must(t, "--data-dir", other, "import", archive)
	for _, list := range [][]string{{"clique-type", "list"}, {"constraint", "list"}, {"link-type", "list"}, {"constant", "list"}} {
		here, there := must(t, on(append(list, "--json")...)...), must(t, append([]string{"--data-dir", other, "--json"}, list...)...)
		if here != there {
			t.Errorf("%v here:\n%s\nthere:\n%s", list, here, there)
		}
	}

	if out := must(t, on("clique-type", "remove", "short")...); !strings.Contains(out, "clique type short before, instance then") {
		t.Error(out)
	}
	must(t, on("link-type", "remove", "vnic-host_pnic")...)
	if all := mustJSON[[]document](t, on("clique-type", "list", "--origin", "own")...); len(all) != 0 {
		t.Error(all)
	}
	if out := must(t, on("message", "list", "lab")...); out != "no messages\n" {
		t.Error(out)
	}
}
