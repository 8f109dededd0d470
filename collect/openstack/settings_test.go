package openstack

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"calipso/collect"
	"calipso/graph"
)

func TestIdentityURL(t *testing.T) {
	for _, tc := range []struct {
		fields graph.Attrs
		want   string
	}{
		{graph.Attrs{"host": "10.0.0.1"}, "http://10.0.0.1:5000/v3/"},
		{graph.Attrs{"host": "10.0.0.1", "port": "13000", "https": true}, "https://10.0.0.1:13000/v3/"},
		{graph.Attrs{"host": "10.0.0.1", "port": 5001.0}, "http://10.0.0.1:5001/v3/"},
		{graph.Attrs{"host": "fd00::1"}, "http://[fd00::1]:5000/v3/"},
		{graph.Attrs{"host": "[fd00::1]"}, "http://[fd00::1]:5000/v3/"},
		{graph.Attrs{"auth_url": "https://cloud/identity"}, "https://cloud/identity/v3/"},
		{graph.Attrs{"auth_url": "https://cloud:5000/v3/"}, "https://cloud:5000/v3/"},
		{graph.Attrs{"auth_url": "https://cloud:5000/v2.0", "host": "ignored"}, "https://cloud:5000/v3/"},
	} {
		if u, err := identityURL(tc.fields); err != nil || u.String() != tc.want {
			t.Errorf("%v: %v, %v; want %s", tc.fields, u, err, tc.want)
		}
	}
}

// Everything that is wrong is said at once, and no secret with it.
func TestOpenRefusesBadSections(t *testing.T) {
	env := environment(t, Section, map[string]any{
		"auth_url": "http://me@cloud", "interface": "outside", "ca_cert": "/no/such/file", "admin_token": "hush-token",
		"endpoint_override": map[string]any{"network": "nowhere", "compute": "http://me@h/"},
	})
	_, err := Provider{}.Open(t.Context(), env, collect.Options{})
	var invalid *graph.InvalidError
	if !errors.As(err, &invalid) {
		t.Fatalf("error %v", err)
	}
	var fields []string
	for _, f := range invalid.Fields {
		fields = append(fields, f.Field)
	}
	want := "OpenStack.auth_url OpenStack.user OpenStack.pwd OpenStack.interface OpenStack.ca_cert " +
		"OpenStack.endpoint_override.compute OpenStack.endpoint_override.network"
	if got := strings.Join(fields, " "); got != want {
		t.Errorf("fields %s\nwant   %s", got, want)
	}
	if strings.Contains(err.Error(), "hush") {
		t.Errorf("a password is in %v", err)
	}
	env = environment(t, Section, map[string]any{"application_credential_id": "x"})
	if _, err := (Provider{}).Open(t.Context(), env, collect.Options{}); err == nil ||
		!strings.Contains(err.Error(), "OpenStack.host") || !strings.Contains(err.Error(), "OpenStack.application_credential_secret") {
		t.Errorf("error %v", err)
	}
}

func TestOpenSaysWhatItIgnores(t *testing.T) {
	var log bytes.Buffer
	env := environment(t, Section, map[string]any{
		"host": "h", "user": "u", "pwd": "hush-hush", "admin_token": "hush-token", "insecure": true,
	})
	if !(Provider{}).Configured(env) || (Provider{}).Configured(environment(t, "CLI", nil)) {
		t.Error("Configured does not follow the section")
	}
	conn, err := Provider{}.Open(t.Context(), env, collect.Options{Log: quietLog(&log)})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	got := log.String()
	if !strings.Contains(got, "admin_token is not used") || !strings.Contains(got, "not verified") || strings.Contains(got, "hush") {
		t.Error(got)
	}
}

func TestLowerMicroversion(t *testing.T) {
	for _, tc := range []struct{ a, b, want string }{
		{"2.93", "2.90", "2.90"}, {"2.9", "2.90", "2.9"}, {"2.60", "2.87", "2.60"}, {"", "2.90", ""}, {"two", "2.90", ""}, {"3.0", "2.90", "2.90"},
	} {
		if got := lower(tc.a, tc.b); got != tc.want {
			t.Errorf("lower(%q, %q) = %q, want %q", tc.a, tc.b, got, tc.want)
		}
	}
}

func TestHostNames(t *testing.T) {
	n := newHostNames([]graph.Attrs{{"host": "a"}, {"host": "b.x.org"}, {"host": "c.x.org"}, {"host": "c.y.org"}, {"host": "10.0.0.1"}},
		map[string]string{"other": "a"})
	for name, want := range map[string]string{
		"a": "a", "a.x.org": "a", "b": "b.x.org", "b.x.org": "b.x.org", "other": "a",
		"b.y.org": "", "c": "", "10.0.0.2": "", "10": "", "": "",
	} {
		got, known := n.resolve(name)
		if known != (want != "") || known && got != want {
			t.Errorf("resolve(%q) = %q, %v; want %q", name, got, known, want)
		}
	}
}
