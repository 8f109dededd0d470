package catalog

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
)

var rewrite = flag.Bool("rewrite", false, "write the golden files anew")

// TestGolden shows every table, so that a change of one is seen in review.
func TestGolden(t *testing.T) {
	var b strings.Builder
	b.WriteString("# vertex types: type, layer, parents, folders\n")
	for _, v := range VertexTypes() {
		fmt.Fprintf(&b, "%s %d under %v", v.Type, v.Layer, v.Parents)
		for _, p := range v.Parents {
			for _, f := range Folders(&graph.Vertex{Type: v.Type}, p) {
				fmt.Fprintf(&b, " %s>%s(%s)", p, f.Suffix, f.Type)
			}
		}
		b.WriteString("\n")
	}
	b.WriteString("\n# edge types\n")
	for _, e := range EdgeTypes() {
		fmt.Fprintf(&b, "%s: %s %v\n", e.Type, e.Description, e.Environments)
	}
	b.WriteString("\n# clique types\n")
	for _, c := range CliqueTypes() {
		fmt.Fprintf(&b, "%s %s %s env=%q %s/%s/%s %v %v implicit=%v\n   ", c.ID, c.Name, c.FocalPoint, c.Environment,
			c.EnvironmentType, c.Distribution, c.Version, c.MechanismDrivers, c.TypeDrivers, c.UseImplicitLinks)
		for _, l := range c.LinkTypes {
			fmt.Fprintf(&b, " %s", l)
		}
		b.WriteString("\n")
	}
	b.WriteString("\n# constants\n")
	for _, c := range Constants() {
		fmt.Fprintf(&b, "%s %s: %d values\n", c.Name, c.EnvironmentType, len(c.Data))
	}
	b.WriteString("\n# agent types, choices of forms, attributes that pages show\n")
	for _, rows := range [][]*graph.Document{agentDocuments(), choiceDocuments(), hoverDocuments()} {
		for _, d := range rows {
			fmt.Fprintf(&b, "%s %s %v\n", d.Collection, d.ID, d.Body)
		}
	}
	const file = "testdata/catalog.golden"
	if *rewrite {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), b.String()); d != "" {
		t.Errorf("tables differ from %s (-want +got); read the difference, then go test -rewrite:\n%s", file, d)
	}
}

func TestTablesAgree(t *testing.T) {
	seen := map[graph.OID]string{}
	for _, c := range CliqueTypes() {
		if other, twice := seen[c.ID]; twice {
			t.Errorf("clique types %q and %q share an id", c.Name, other)
		}
		seen[c.ID] = c.Name
		if len(c.LinkTypes) == 0 {
			t.Errorf("clique type %q has no link types", c.Name)
		}
		reached := map[graph.VertexType]bool{c.FocalPoint: true}
		for _, l := range c.LinkTypes {
			if _, ok := EdgeTypeOf(l); !ok {
				t.Errorf("clique type %q lists %q, which is no edge type", c.Name, l)
			}
			from, to, _ := l.Ends()
			if !reached[from] {
				t.Errorf("clique type %q: %s starts at a type not reached before", c.Name, l)
			}
			reached[to] = true
		}
		back, err := ParseCliqueType(c.Document())
		if err != nil {
			t.Error(err)
		}
		if d := cmp.Diff(c, back, cmp.Transformer("nonil", func(l []string) []string { return append([]string{}, l...) })); d != "" {
			t.Errorf("clique type %q through its document: %s", c.Name, d)
		}
	}
	for _, e := range EdgeTypes() {
		if !ValidEdgeType(e.Type) {
			t.Errorf("edge type %q has an end that is no linked vertex type", e.Type)
		}
	}
	for _, v := range VertexTypes() {
		for _, p := range v.Parents {
			if _, ok := VertexTypeOf(p); !ok && p != graph.Root {
				t.Errorf("%s: parent %q is no vertex type", v.Type, p)
			}
		}
	}
	ids := map[string]bool{}
	for _, d := range Documents() {
		if ids[d.ID] {
			t.Errorf("document id %s of %s twice", d.ID, d.Collection)
		}
		ids[d.ID] = true
		if _, err := graph.Normalize(map[string]any(d.Body)); err != nil {
			t.Error(err)
		}
	}
}

func TestFolders(t *testing.T) {
	service := func(kind string) *graph.Vertex {
		return &graph.Vertex{Type: graph.VService, Attrs: graph.Attrs{"service_type": kind}}
	}
	for _, tc := range []struct {
		child  *graph.Vertex
		parent graph.VertexType
		base   string
		want   string
	}{
		{&graph.Vertex{Type: graph.Region}, graph.Root, "lab", "lab-regions:regions_folder:Regions"},
		{&graph.Vertex{Type: graph.AvailabilityZone}, graph.Region, "region|R", "region|R-availability_zones:availability_zones_folder:Availability Zones"},
		{&graph.Vertex{Type: graph.Host}, graph.AvailabilityZone, "zone|nova", ""},
		{&graph.Vertex{Type: graph.Host}, graph.Region, "region|R", ""},
		{&graph.Vertex{Type: graph.Instance}, graph.Host, "h", "h-instances:instances_folder:Instances"},
		{service("dhcp"), graph.Host, "h", "h-vservices:vservices_folder:vServices h-vservices-dhcps:vservice_dhcps_folder:DHCP servers"},
		{service("router"), graph.Host, "h", "h-vservices:vservices_folder:vServices h-vservices-routers:vservice_routers_folder:Gateways"},
		{service("metadata"), graph.Host, "h", "h-vservices:vservices_folder:vServices h-vservices-miscellenaous:vservice_miscellenaous_folder:Misc. services"},
		{service("dhcp"), graph.Region, "region|R", "region|R-vservices:vservices_folder:Distributed vServices"},
		{&graph.Vertex{Type: graph.VNIC}, graph.Instance, "i", "i-vnics:vnics_folder:vNICs"},
		{&graph.Vertex{Type: graph.VNIC}, graph.VService, "s", "s-vnics:vnics_folder:vNICs"},
		{&graph.Vertex{Type: graph.HostPNIC}, graph.Host, "h", "h-host_pnics:pnics_folder:pNICs"},
		{&graph.Vertex{Type: graph.Network}, graph.Project, "p", "p-networks:networks_folder:Networks"},
		{&graph.Vertex{Type: graph.Port}, graph.Network, "n", "n-ports:ports_folder:Ports"},
		{&graph.Vertex{Type: graph.OTEP}, graph.VEdge, "e", ""},
	} {
		var got []string
		id := tc.base
		for _, f := range Folders(tc.child, tc.parent) {
			id += "-" + f.Suffix
			got = append(got, fmt.Sprintf("%s:%s:%s", id, f.Type, f.Text))
			if !IsFolder(f.Type) {
				t.Errorf("%s is no folder type", f.Type)
			}
		}
		if g := strings.Join(got, " "); g != tc.want {
			t.Errorf("%s under %s: %q, want %q", tc.child.Type, tc.parent, g, tc.want)
		}
	}
	var static []string
	for _, f := range StaticFolders(graph.Host) {
		static = append(static, f.Suffix)
	}
	if d := cmp.Diff([]string{"vservices", "instances", "host_pnics", "vconnectors", "vedges", "network_agents"}, static); d != "" {
		t.Errorf("folders of every host: %s", d)
	}
}

func TestScore(t *testing.T) {
	env := &graph.Environment{
		Name: "lab", EnvironmentType: OpenStack, Distribution: "Mirantis", Version: "9.0",
		MechanismDrivers: []string{"OVS"}, TypeDrivers: []string{"vxlan"},
	}
	for _, tc := range []struct {
		name string
		t    CliqueType
		want int
	}{
		{"own environment", CliqueType{Environment: "lab"}, 64},
		{"own environment, conditions ignored", CliqueType{Environment: "lab", Distribution: "RDO"}, 64},
		{"any environment", CliqueType{Environment: AnyEnvironment}, 1},
		{"another environment", CliqueType{Environment: "other"}, 0},
		{"another environment, fitting conditions", CliqueType{Environment: "other", Distribution: "Mirantis"}, 0},
		{"nothing stated", CliqueType{}, 2},
		{"environment type", CliqueType{EnvironmentType: OpenStack}, 2},
		{"other environment type", CliqueType{EnvironmentType: Kubernetes, Distribution: "Mirantis"}, 0},
		{"distribution", CliqueType{Distribution: "Mirantis"}, 32},
		{"other distribution", CliqueType{Distribution: "RDO", MechanismDrivers: []string{"OVS"}}, 0},
		{"distribution and version", CliqueType{Distribution: "Mirantis", Version: "9.0"}, 48},
		{"distribution, other version", CliqueType{Distribution: "Mirantis", Version: "6.0"}, 0},
		{"version without distribution", CliqueType{Version: "9.0"}, 0},
		{"mechanism driver", CliqueType{MechanismDrivers: []string{"OVS"}}, 8},
		{"one of several mechanism drivers", CliqueType{MechanismDrivers: []string{"VPP", "OVS"}}, 8},
		{"other mechanism driver", CliqueType{MechanismDrivers: []string{"VPP"}, Distribution: "Mirantis"}, 0},
		{"type driver", CliqueType{TypeDrivers: []string{"vxlan"}}, 4},
		{"other type driver", CliqueType{TypeDrivers: []string{"vlan"}}, 0},
		{"both drivers", CliqueType{MechanismDrivers: []string{"OVS"}, TypeDrivers: []string{"vxlan"}}, 12},
		{"all but the name", CliqueType{Distribution: "Mirantis", Version: "9.0", MechanismDrivers: []string{"OVS"}, TypeDrivers: []string{"vxlan"}}, 60},
	} {
		if got := tc.t.Score(env); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
	mercury := &graph.Environment{Distribution: "Mercury", Version: "27800"}
	for version, want := range map[string]int{"27747": 48, "27800": 48, "28000": 0, "9": 48, "9a": 0} {
		if got := (CliqueType{Distribution: "Mercury", Version: version}).Score(mercury); got != want {
			t.Errorf("version %s for 27800: %d, want %d", version, got, want)
		}
	}
}

func TestPick(t *testing.T) {
	env := &graph.Environment{Name: "lab", EnvironmentType: OpenStack, Distribution: "Mercury", Version: "30000", MechanismDrivers: []string{"OVS"}}
	named := func(name string, f func(*CliqueType)) CliqueType {
		c := CliqueType{Name: name, FocalPoint: graph.Instance, ID: graph.OID(name), Environment: AnyEnvironment}
		f(&c)
		return c
	}
	shipped := named("shipped", func(c *CliqueType) { c.Shipped = true })
	own := named("aaa own", func(*CliqueType) {})
	own2 := named("bbb own", func(*CliqueType) {})
	driver := named("driver", func(c *CliqueType) { c.Environment = ""; c.MechanismDrivers = []string{"OVS"} })
	for _, tc := range []struct {
		name  string
		types []CliqueType
		want  string
		tie   bool
	}{
		{"highest score", []CliqueType{own, driver, shipped}, "driver", false},
		{"own before shipped, no tie", []CliqueType{shipped, own}, "aaa own", false},
		{"own before shipped, other order", []CliqueType{own, shipped}, "aaa own", false},
		{"newest of equal ones", []CliqueType{own2, own}, "bbb own", true},
		{"newest of equal ones, other order", []CliqueType{own, own2}, "bbb own", true},
		{"shipped ones: the higher version", CliqueTypes(), "mercury_instance_vedge_clique", false},
	} {
		got, tie, ok := Pick(env, graph.Instance, tc.types)
		if !ok || got.Name != tc.want || tie != tc.tie {
			t.Errorf("%s: %q tie %v ok %v, want %q tie %v", tc.name, got.Name, tie, ok, tc.want, tc.tie)
		}
	}
	if _, _, ok := Pick(env, graph.Project, CliqueTypes()); ok {
		t.Error("a project has a clique type")
	}
}

func TestConstraintsFor(t *testing.T) {
	own := Constraint{FocalPoint: graph.Instance, Attributes: []string{"zone"}, Environment: "lab"}
	general := Constraint{FocalPoint: graph.Instance, Attributes: []string{"mtu"}}
	rows := append(Constraints(), general, own)
	for _, tc := range []struct {
		env   graph.EnvID
		focal graph.VertexType
		rows  []Constraint
		want  []string
	}{
		{"lab", graph.Instance, rows, []string{"zone"}},
		{"other", graph.Instance, rows, []string{"mtu"}},
		{"other", graph.Network, rows, []string{"network"}},
		{"lab", graph.Switch, rows, nil},
	} {
		if d := cmp.Diff(tc.want, ConstraintsFor(tc.env, tc.focal, tc.rows)); d != "" {
			t.Errorf("%s in %s: %s", tc.focal, tc.env, d)
		}
	}
}

func TestSupports(t *testing.T) {
	zed := &graph.Environment{Name: "lab", Distribution: "Debian", Version: "zed", MechanismDrivers: []string{"OVS", "LXB"}, TypeDrivers: []string{"vxlan"}}
	if err := Supports(zed, Scanning, SupportedKinds()); err != nil {
		t.Error(err)
	}
	err := Supports(zed, Monitoring, SupportedKinds())
	if err == nil || !strings.Contains(err.Error(), `distribution "Debian" version "zed" with mechanism drivers [OVS LXB]`) {
		t.Errorf("monitoring: %v", err)
	}
	for _, s := range SupportedKinds() {
		if d := cmp.Diff(s, ParseSupported(s.Document()), cmp.Transformer("order", func(f []Feature) []Feature { return slices.Sorted(slices.Values(f)) })); d != "" {
			t.Error(d)
		}
	}
}

func TestStoredDocumentsJoinTheShippedOnes(t *testing.T) {
	changed := CliqueTypes()[0]
	changed.LinkTypes = changed.LinkTypes[:1]
	types, _, wrong := Stored([]*graph.Document{
		changed.Document(),
		{DocKey: graph.DocKey{Collection: graph.CliqueTypes, ID: "x"}, Body: graph.Attrs{"name": "bad", "focal_point_type": "instance", "link_types": []any{"a"}}},
	})
	if len(types) != len(CliqueTypes()) || len(types[0].LinkTypes) != 1 {
		t.Errorf("%d types, the first with %d links", len(types), len(types[0].LinkTypes))
	}
	if len(wrong) != 1 || !strings.Contains(wrong[0].Error(), `link_types[0]: "a" is no link type`) {
		t.Errorf("wrong: %v", wrong)
	}
}

func TestConstantValues(t *testing.T) {
	for _, tc := range []struct {
		name, env, has string
	}{
		{"mechanism_drivers", "", "OVN"}, {"mechanism_drivers", Kubernetes, "Calico"}, {"scans_statuses", Kubernetes, "completed_with_errors"},
		{"link_types", OpenStack, "vnic-vedge"}, {"link_types", Kubernetes, "vedge-container"}, {"object_types", OpenStack, "network_agent"},
		{"scan_object_types", "", "pnics_folder"},
	} {
		if got, ok := ConstantValues(tc.name, tc.env); !ok || !slices.Contains(got, tc.has) {
			t.Errorf("%s for %q lacks %q: %v", tc.name, tc.env, tc.has, got)
		}
	}
	if _, ok := ConstantValues("nothing", ""); ok {
		t.Error("an unknown name has values")
	}
	if ValidEdgeType("instance-nonsense") || ValidEdgeType("a-b-c") || !ValidEdgeType("instance-network") {
		t.Error("ValidEdgeType")
	}
}
