package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"calipso/e2e/truth"
)

// openLab is the running lab, or the end of the test.
func openLab(t *testing.T) *truth.Lab {
	t.Helper()
	path := os.Getenv("LAB_OPENSTACK")
	if path == "" {
		if slices.Contains(strings.Split(os.Getenv("LAB_REQUIRED"), ","), "openstack") {
			t.Fatal("LAB_REQUIRED names openstack, but LAB_OPENSTACK is not set")
		}
		t.Skip("set LAB_OPENSTACK to the lab's file (make lab-openstack prints it)")
	}
	lab, err := truth.ReadLab(path)
	if err != nil {
		t.Fatal(err)
	}
	return lab
}

// readTruth asks the cloud itself what there is.
func readTruth(t *testing.T, lab *truth.Lab) *truth.Truth {
	t.Helper()
	tr, err := truth.Derive(readFacts(t, lab))
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// readFacts asks the cloud's APIs and hosts.
func readFacts(t *testing.T, lab *truth.Lab) *truth.Facts {
	t.Helper()
	facts, err := truth.ReadFacts(t.Context(), lab)
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// labScript runs one of the lab's scripts and returns what it printed.
func labScript(t *testing.T, lab *truth.Lab, name string, args ...string) string {
	t.Helper()
	if lab.Scripts == "" {
		t.Skip("the lab file names no scripts (LAB_SCRIPTS): nothing may be broken here")
	}
	// Not t.Context(): what is broken must be mended after the test too.
	cmd := exec.Command(filepath.Join(lab.Scripts, name), args...)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s %v: %v: %s", name, args, err, complaint.String())
	}
	return out.String()
}

// section is one entry of an environment's configuration.
type section map[string]any

// document is the environment document of the lab.
func document(name string, lab *truth.Lab) map[string]any {
	host := lab.Address(lab.Master)
	addresses := map[string]any{}
	for _, h := range lab.Hosts {
		addresses[h.Name] = h.Address
	}
	return map[string]any{
		"name": name, "environment_type": "OpenStack", "distribution": "Debian", "distribution_version": "12",
		"mechanism_drivers": []string{"OVS", "LXB"}, "type_drivers": "vxlan",
		"configuration": []section{
			{"name": "OpenStack", "host": host, "port": 5000, "user": lab.User, "pwd": lab.Password, "admin_project": lab.Project},
			{"name": "CLI", "host": host, "port": lab.SSHPort, "user": lab.SSHUser, "key": lab.SSHKey,
				"known_hosts": lab.SSHKnownHosts, "host_addresses": addresses},
			{"name": "mysql", "host": lab.DBHost, "port": lab.DBPort, "user": lab.DBUser, "pwd": lab.DBPass},
		},
	}
}

// change sets members of one section of a document.
func change(doc map[string]any, name string, members section) map[string]any {
	for _, s := range doc["configuration"].([]section) {
		if s["name"] == name {
			for k, v := range members {
				s[k] = v
			}
		}
	}
	return doc
}

// writeDocument puts a document where env add can read it.
func writeDocument(t *testing.T, doc map[string]any) string {
	t.Helper()
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "env.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
