package osdb

import (
	"errors"
	"strings"
	"testing"
	"time"

	"calipso/collect"
	"calipso/graph"
)

func TestSettings(t *testing.T) {
	s, err := parseSettings(environment(t, map[string]any{
		"host": "[fd00::1]", "port": 3307.0, "user": "u", "pwd": "hush-hush", "connect_timeout": "3", "tls": "skip-verify", "neutron_schema": "n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if s.driver.Addr != "[fd00::1]:3307" || s.driver.Timeout != 3*time.Second || s.schema != "n" || !s.driver.TLS.InsecureSkipVerify {
		t.Errorf("%+v", s.driver)
	}
	_, err = Provider{}.Open(t.Context(), environment(t, map[string]any{
		"connect_timeout": -1, "tls": "maybe", "pwd": "hush-hush", "port": int64(3306),
	}), collect.Options{})
	var invalid *graph.InvalidError
	if !errors.As(err, &invalid) || strings.Contains(err.Error(), "hush") {
		t.Fatalf("error %v", err)
	}
	var fields []string
	for _, f := range invalid.Fields {
		fields = append(fields, f.Field)
	}
	if got := strings.Join(fields, " "); got != "mysql.host mysql.user mysql.connect_timeout mysql.tls" {
		t.Errorf("fields %s", got)
	}
	if (Provider{}).Configured(&graph.Environment{}) {
		t.Error("configured without a section")
	}
}

func TestPickSchema(t *testing.T) {
	for _, tc := range []struct {
		configured string
		names      string
		want       string // or what the error says
	}{
		{"", "information_schema neutron nova ovs_neutron", "neutron"},
		{"", "nova ovs_neutron", "ovs_neutron"},
		{"", "Neutron_ml2 nova", "Neutron_ml2"},
		{"ovs_neutron", "neutron ovs_neutron", "ovs_neutron"},
		{"", "a_neutron b_neutron", "several schemas could be Neutron's: a_neutron, b_neutron"},
		{"", "nova", "no schema has neutron in its name, the account sees nova"},
		{"", "", "the account sees none"},
		{"x", "neutron", `unknown schema: neutron_schema is "x", the account sees neutron`},
	} {
		got, err := pickSchema(tc.configured, strings.Fields(tc.names))
		if err != nil {
			got = err.Error()
		}
		if got != tc.want && (err == nil || !strings.Contains(got, tc.want)) {
			t.Errorf("%q of %q: %s, want %s", tc.configured, tc.names, got, tc.want)
		}
	}
}
