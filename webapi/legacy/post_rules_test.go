package legacy

import (
	"slices"
	"testing"

	"calipso/graph"
	"calipso/graph/catalog"
)

func TestCliqueTypeFault(t *testing.T) {
	known := func(env string) bool { return env == "lab" || env == "any" }
	for _, c := range []struct {
		t              catalog.CliqueType
		earlier, newer string
	}{
		{catalog.CliqueType{Environment: "lab"}, "", ""},
		{catalog.CliqueType{Environment: "lab", Version: "6.0"}, versionAlone, versionAlone},
		{catalog.CliqueType{Environment: "lab", MechanismDrivers: []string{"OVS"}}, bothGiven, bothGiven},
		{catalog.CliqueType{Environment: "lab", Distribution: "RDO", Version: "Mitaka"}, bothGiven, bothGiven},
		{catalog.CliqueType{Environment: "lab", Distribution: "RDO"}, "", bothGiven},
		{catalog.CliqueType{Distribution: "RDO"}, neitherGiven, ""},
		{catalog.CliqueType{EnvironmentType: "Kubernetes"}, neitherGiven, ""},
		{catalog.CliqueType{}, neitherGiven, neitherGiven},
		{catalog.CliqueType{Environment: "no"}, "Unknown environment: no", "Unknown environment: no"},
		{catalog.CliqueType{Environment: "ANY"}, "Unknown environment: ANY", "Unknown environment: ANY"},
		{catalog.CliqueType{Environment: "any"}, "Environment name 'any' is reserved", "Environment name 'any' is reserved"},
		{catalog.CliqueType{TypeDrivers: []string{"vlan"}}, "", ""},
	} {
		for m, want := range map[Compat]string{OPNFV: c.earlier, CVIM: c.earlier, Current: c.newer} {
			if got := m.cliqueTypeFault(c.t, known); got != want {
				t.Errorf("%s %+v: %q, want %q", m, c.t, got, want)
			}
		}
	}
}

func TestCliqueTypeTaken(t *testing.T) {
	all := []catalog.CliqueType{
		{FocalPoint: graph.Instance, Distribution: "Mirantis", Version: "6.0"},
		{FocalPoint: graph.Instance, MechanismDrivers: []string{"OVS", "VPP"}},
		{FocalPoint: graph.Instance, TypeDrivers: []string{"vlan"}, Distribution: "RDO"},
		{FocalPoint: graph.VService, Environment: "lab"},
		{FocalPoint: graph.Instance, Environment: catalog.AnyEnvironment},
	}
	for _, c := range []struct {
		t    catalog.CliqueType
		want bool
	}{
		{catalog.CliqueType{FocalPoint: graph.Instance, Distribution: "Mirantis", Version: "6.0", MechanismDrivers: []string{"OVS"}}, true},
		{catalog.CliqueType{FocalPoint: graph.Instance, Distribution: "Mirantis", Version: "7.0"}, false},
		{catalog.CliqueType{FocalPoint: graph.VNIC, Distribution: "Mirantis", Version: "6.0"}, false},
		{catalog.CliqueType{FocalPoint: graph.Instance, MechanismDrivers: []string{"VPP"}}, true},
		{catalog.CliqueType{FocalPoint: graph.Instance, MechanismDrivers: []string{"LXB"}}, false},
		{catalog.CliqueType{FocalPoint: graph.Instance, TypeDrivers: []string{"vlan"}}, true},
		{catalog.CliqueType{FocalPoint: graph.VService, Environment: "lab"}, true},
		{catalog.CliqueType{FocalPoint: graph.Instance, Environment: "lab"}, false},
	} {
		if got := OPNFV.cliqueTypeTaken(c.t, all); got != c.want {
			t.Errorf("%+v: %v", c.t, got)
		}
	}
	text := CVIM.takenText(catalog.CliqueType{FocalPoint: graph.Instance, Distribution: "Mirantis", Version: "6.0", MechanismDrivers: []string{"OVS"}})
	if want := "Clique type with configuration '{'focal_point_type': 'instance', 'distribution': 'Mirantis', 'distribution_version': '6.0'}' is already registered"; text != want {
		t.Error(text)
	}
}

func TestSections(t *testing.T) {
	named := func(names ...string) []any {
		var out []any
		for _, n := range names {
			out = append(out, map[string]any{"name": n})
		}
		return out
	}
	check := func(name string, s map[string]any) string {
		if name == "CLI" && s["bad"] == true {
			return "bad is bad"
		}
		return ""
	}
	bad := append(named("OpenStack"), map[string]any{"name": "CLI", "bad": true})
	for _, c := range []struct {
		list []any
		want string
	}{
		{named("OpenStack", "mysql", "CLI"), ""},
		{append(named("OpenStack"), map[string]any{"host": "h"}), "configuration must have name"},
		{append(named("X"), "text"), "configuration must have name"},
		{named("X", "CLI", "VMware", "X"), "Unknown configurations: X and VMware"},
		{named("CLI", "CLI"), "environment configurations can only contain one configuration for CLI"},
		{named("CLI"), "configurations for (OpenStack, mysql)are mandatory for this environment type"},
		{bad, "CLI error: bad is bad"},
		{nil, "configurations for (OpenStack, mysql, CLI)are mandatory for this environment type"},
	} {
		if got := sectionsFault(c.list, requiredSections[catalog.OpenStack], check); got != c.want {
			t.Errorf("%v: %q, want %q", c.list, got, c.want)
		}
	}
	if got := sectionsFault(nil, nil, check); got != "" {
		t.Errorf("nothing required: %q", got)
	}
}

func TestSupportFault(t *testing.T) {
	for _, c := range []struct {
		has      []catalog.Feature
		sections []string
		listen   bool
		want     string
	}{
		{nil, []string{"CLI"}, false, "configuration not accepted: scanning is not supported in this environment"},
		{[]catalog.Feature{catalog.Scanning}, []string{"Monitoring", "AMQP"}, false, "configuration not accepted: monitoring is not supported in this environment, please remove the Monitoring configuration"},
		{[]catalog.Feature{catalog.Scanning}, []string{"AMQP"}, true, "configuration not accepted: listening is not supported in this environment, please remove the AMQP configuration"},
		{[]catalog.Feature{catalog.Scanning}, nil, true, "configuration not accepted: must provide AMQP configuration to listen the environment"},
		{[]catalog.Feature{catalog.Scanning, catalog.Listening}, []string{"AMQP"}, true, ""},
	} {
		has := func(f catalog.Feature) bool { return slices.Contains(c.has, f) }
		if got := supportFault(has, c.sections, c.listen); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
