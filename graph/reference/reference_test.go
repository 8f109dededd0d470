package reference_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/kv/memory"
	"calipso/graph/reference"
)

type bench struct {
	*testing.T
	store *graph.Store
	keep  *reference.Keeper
}

func open(t *testing.T) *bench {
	t.Helper()
	st, err := graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	_, err = st.Commit(t.Context(), graph.Shared, graph.Cause{}, &graph.Batch{PutDocs: []*graph.Document{{
		DocKey: graph.DocKey{Collection: graph.Environments, ID: "lab"}, Body: graph.Attrs{
			"name": "lab", "environment_type": "OpenStack", "distribution": "Debian", "mechanism_drivers": []any{"OVS"}, "type_drivers": "vxlan",
		}}}})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	return &bench{t, st, reference.New(st, reference.Options{Clock: func() time.Time { return now }})}
}

func edges(list string) (out []graph.EdgeType) {
	for _, s := range strings.Fields(list) {
		out = append(out, graph.EdgeType(s))
	}
	return out
}

func core() catalog.CliqueType {
	return catalog.CliqueType{Name: "core", FocalPoint: graph.Instance, Environment: "lab", LinkTypes: edges("instance-vnic vnic-vconnector vconnector-vedge")}
}

var ann = reference.By{Who: "ann"}

func TestCliqueTypeLifeCycle(t *testing.T) {
	b := open(t)
	set, ctx := b.keep.CliqueTypes, t.Context()
	shipped := len(catalog.CliqueTypes())
	made, err := set.Add(ctx, ann, core())
	if err != nil || len(made.ID) != 24 || made.Shipped {
		t.Fatal(made, err)
	}
	list, err := set.List(ctx)
	if err != nil || len(list) != shipped+1 || !list[0].Shipped || list[shipped].Name != "core" {
		t.Fatalf("%d %v", len(list), err)
	}
	for _, name := range []string{string(made.ID), "core"} {
		if got, err := set.Get(ctx, name); err != nil || got.ID != made.ID {
			t.Error(got, err)
		}
	}
	if _, err := set.Get(ctx, "nothing"); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
	// Shipped ones for network, switch… have names of their own, so call two so.
	other := core()
	other.FocalPoint, other.LinkTypes = graph.VNIC, edges("vnic-vedge")
	if _, err := set.Add(ctx, ann, other); err != nil {
		t.Fatal(err)
	}
	if _, err := set.Get(ctx, "core"); !errors.Is(err, graph.ErrConflict) || !strings.Contains(err.Error(), string(made.ID)) {
		t.Error(err)
	}

	var taken *reference.TakenError
	if _, err := set.Add(ctx, ann, core()); !errors.As(err, &taken) || taken.ID != string(made.ID) || !errors.Is(err, graph.ErrConflict) {
		t.Error(err)
	}
	changed := core()
	changed.Name = "longer"
	changed.LinkTypes = append(changed.LinkTypes, "vedge-otep")
	refuse := errors.New("no")
	if _, err := set.Change(ctx, ann, string(made.ID), changed, func(old catalog.CliqueType) error {
		if old.Name != "core" {
			t.Error(old)
		}
		return refuse
	}); !errors.Is(err, refuse) {
		t.Error(err)
	}
	if got, err := set.Change(ctx, ann, string(made.ID), changed, nil); err != nil || got.ID != made.ID {
		t.Error(got, err)
	}
	if got, err := set.Get(ctx, string(made.ID)); err != nil || got.Name != "longer" || len(got.LinkTypes) != 4 {
		t.Error(got, err)
	}
	var builtIn *reference.ShippedError
	first := string(catalog.CliqueTypes()[0].ID)
	if _, err := set.Change(ctx, ann, first, changed, nil); !errors.As(err, &builtIn) {
		t.Error(err)
	}
	if err := set.Remove(ctx, ann, first, nil); !errors.As(err, &builtIn) || !errors.Is(err, graph.ErrConflict) {
		t.Error(err)
	}
	if err := set.Remove(ctx, ann, string(made.ID), nil); err != nil {
		t.Error(err)
	}
	if err := set.Remove(ctx, ann, string(made.ID), nil); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
	v, err := b.store.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	for c, err := range b.store.Commits(ctx, graph.Shared, graph.Now) {
		if err != nil {
			t.Fatal(err)
		}
		if c.Time == v.Time() && c.Cause != (graph.Cause{Kind: graph.CauseUser, Who: "ann"}) {
			t.Errorf("cause %+v", c.Cause)
		}
	}
}

// What a document holds beside the members that are known survives a change.
func TestChangeKeepsOtherMembers(t *testing.T) {
	b := open(t)
	made, err := b.keep.CliqueTypes.Add(t.Context(), ann, core())
	if err != nil {
		t.Fatal(err)
	}
	d := made.Document()
	d.Body["graph_attributes"], d.Body["mechanism_drivers"] = map[string]any{"nodes": []any{"name"}}, "OVS"
	if _, err := b.store.Commit(t.Context(), graph.Shared, graph.Cause{}, &graph.Batch{PutDocs: []*graph.Document{d}}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.keep.CliqueTypes.Change(t.Context(), ann, "core", core(), nil); err != nil {
		t.Fatal(err)
	}
	v, err := b.store.View(t.Context(), graph.Shared, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	d, err = v.Document(t.Context(), graph.CliqueTypes, string(made.ID))
	if err != nil || d.Body["graph_attributes"] == nil || d.Body["mechanism_drivers"] != nil {
		t.Error(d.Body, err)
	}
}

func TestCliqueTypeComplaints(t *testing.T) {
	b := open(t)
	type change func(c *catalog.CliqueType)
	for _, tc := range []struct {
		name   string
		change change
		want   []string // "fault field", then a piece of the reason
	}{
		{"right", func(*catalog.CliqueType) {}, nil},
		{"any environment", func(c *catalog.CliqueType) { c.Environment = "ANY" }, nil},
		{"a distribution alone", func(c *catalog.CliqueType) { c.Environment, c.Distribution = "", "Kolla" }, nil},
		{"an environment type alone", func(c *catalog.CliqueType) { c.Environment, c.EnvironmentType = "", "Kubernetes" }, nil},
		{"nameless", func(c *catalog.CliqueType) { c.Name = " " }, []string{"missing name", ""}},
		{"focal point", func(c *catalog.CliqueType) { c.FocalPoint = "instnace" }, []string{"unknown focal_point_type", `did you mean "instance"?`}},
		{"unlinked", func(c *catalog.CliqueType) { c.FocalPoint = "project" }, []string{"unknown focal_point_type", "no link ends at"}},
		{"typo", func(c *catalog.CliqueType) { c.LinkTypes[1] = "vnic-vconector" }, []string{"unknown link_types[1]", `did you mean "vnic-vconnector"?`}},
		{"dashes", func(c *catalog.CliqueType) { c.LinkTypes[1] = "switch_pnic-switch-pnic" }, []string{"unknown link_types[1]", `did you mean "switch_pnic-switch_pnic"?`}},
		{"end", func(c *catalog.CliqueType) { c.LinkTypes[1] = "vnic-project" }, []string{"unknown link_types[1]", `no link ends at objects of type "project"`}},
		{"empty", func(c *catalog.CliqueType) { c.LinkTypes = nil }, []string{"missing link_types", ""}},
		{"gap", func(c *catalog.CliqueType) { c.LinkTypes = edges("instance-vnic otep-host_pnic host_pnic-network") },
			[]string{"chain link_types[1]", "step 2 (otep-host_pnic) starts at otep, which the steps before do not reach from instance; reached are instance, vnic"}},
		{"backwards", func(c *catalog.CliqueType) { c.LinkTypes = edges("instance-vnic vconnector-vnic") },
			[]string{"chain link_types[1]", "to follow such links the other way, write vnic-vconnector"}},
		{"order", func(c *catalog.CliqueType) { c.LinkTypes = edges("instance-vnic vedge-otep vnic-vedge") }, []string{"chain link_types[1]", "put it behind step 3 (vnic-vedge)"}},
		{"what leads there", func(c *catalog.CliqueType) { c.LinkTypes = edges("instance-vnic vedge-otep") },
			[]string{"chain link_types[1]", "put one of these before it: vnic-vedge"}},
		{"both", func(c *catalog.CliqueType) { c.Distribution = "Kolla" }, []string{"both environment", ""}},
		{"neither", func(c *catalog.CliqueType) { c.Environment = "" }, []string{"neither environment", ""}},
		{"version alone", func(c *catalog.CliqueType) { c.Environment, c.Version = "", "10" }, []string{"version alone distribution_version", ""}},
		{"environment", func(c *catalog.CliqueType) { c.Environment = "lap" }, []string{"unknown environment environment", `there is no environment "lap"`}},
		{"drivers", func(c *catalog.CliqueType) { c.Environment, c.MechanismDrivers = "", []string{"OVS", "OSV", "OVS"} },
			[]string{"unknown mechanism_drivers[1]", `did you mean "OVS"?`, "twice mechanism_drivers[2]", ""}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := core()
			tc.change(&c)
			err := b.keep.CliqueTypes.Check(t.Context(), ann, "", c)
			var bad *reference.InvalidError
			if len(tc.want) == 0 {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var plain *graph.InvalidError
			if !errors.As(err, &bad) || !errors.As(err, &plain) || len(plain.Fields) != len(bad.Complaints) || len(bad.Complaints) != len(tc.want)/2 {
				t.Fatalf("%v", err)
			}
			for i, x := range bad.Complaints {
				if got := fmt.Sprint(x.Fault, " ", x.Field); got != tc.want[2*i] || !strings.Contains(x.Reason, tc.want[2*i+1]) {
					t.Errorf("%s: %s, want %s … %s", got, x.Reason, tc.want[2*i], tc.want[2*i+1])
				}
			}
		})
	}
	loose := core()
	loose.LinkTypes = edges("instance-vnic otep-host_pnic")
	if err := b.keep.CliqueTypes.Check(t.Context(), reference.By{Who: "ann", Loose: true}, "", loose); err != nil {
		t.Error(err)
	}
}

// What is shipped passes our own examination, but for where it is used.
func TestShippedTypesAreValid(t *testing.T) {
	b := open(t)
	for _, c := range catalog.CliqueTypes() {
		err := b.keep.CliqueTypes.Check(t.Context(), ann, "", c)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}

// The same conditions in another order are the same; one more is another type.
func TestDuplicatesByAllConditions(t *testing.T) {
	b := open(t)
	c := core()
	c.Environment, c.Distribution, c.Version, c.MechanismDrivers = "", "Mirantis", "6.0", []string{"OVS", "VPP"}
	if _, err := b.keep.CliqueTypes.Add(t.Context(), ann, c); err != nil {
		t.Fatal(err)
	}
	c.MechanismDrivers = []string{"VPP", "OVS"}
	if _, err := b.keep.CliqueTypes.Add(t.Context(), ann, c); !errors.Is(err, graph.ErrConflict) {
		t.Error(err)
	}
	c.MechanismDrivers = []string{"VPP"}
	if _, err := b.keep.CliqueTypes.Add(t.Context(), ann, c); err != nil {
		t.Error(err)
	}
}

func TestConstraints(t *testing.T) {
	b := open(t)
	ctx, set := t.Context(), b.keep.Constraints
	c := catalog.Constraint{FocalPoint: graph.Instance, Attributes: []string{"network", "vlan"}}
	made, err := set.Add(ctx, ann, c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := set.Add(ctx, ann, c); !errors.Is(err, graph.ErrConflict) {
		t.Error(err)
	}
	c.Environment = "lab"
	if _, err := set.Add(ctx, ann, c); err != nil {
		t.Error(err)
	}
	list, err := set.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got := catalog.ConstraintsFor("other", graph.Instance, list); !slices.Equal(got, []string{"network", "vlan"}) {
		t.Error(got)
	}
	for _, bad := range []catalog.Constraint{
		{FocalPoint: graph.Instance}, {FocalPoint: "x", Attributes: []string{"network"}}, {FocalPoint: graph.VNIC, Attributes: []string{"a", "a"}},
		{FocalPoint: graph.VNIC, Attributes: []string{" a"}}, {FocalPoint: graph.VNIC, Attributes: []string{"a"}, Environment: "nowhere"},
	} {
		var invalid *graph.InvalidError
		if _, err := set.Add(ctx, ann, bad); !errors.As(err, &invalid) || len(invalid.Fields) != 1 {
			t.Error(bad, err)
		}
	}
	if err := set.Remove(ctx, ann, string(made.ID), nil); err != nil {
		t.Error(err)
	}
}

func TestLinkTypes(t *testing.T) {
	b := open(t)
	ctx, set := t.Context(), b.keep.LinkTypes
	made, err := set.Add(ctx, ann, reference.LinkType{Type: "vnic-host_pnic"})
	if err != nil || made.Description != "vnic-host_pnic" {
		t.Fatal(made, err)
	}
	for _, again := range []graph.EdgeType{"vnic-host_pnic", "instance-vnic"} {
		if _, err := set.Add(ctx, ann, reference.LinkType{Type: again}); !errors.Is(err, graph.ErrConflict) {
			t.Error(again, err)
		}
	}
	if _, err := set.Change(ctx, ann, "vnic-host_pnic", reference.LinkType{Type: "vnic-host_pnic", Description: "passed through"}, nil); err != nil {
		t.Error(err)
	}
	var bad *reference.InvalidError
	if _, err := set.Change(ctx, ann, "vnic-host_pnic", reference.LinkType{Type: "vnic-switch"}, nil); !errors.As(err, &bad) || bad.Complaints[0].Fault != reference.Fixed {
		t.Error(err)
	}
	c := core()
	c.LinkTypes = append(c.LinkTypes, "vnic-host_pnic")
	if _, err := b.keep.CliqueTypes.Add(ctx, ann, c); err != nil {
		t.Fatal(err)
	}
	if _, err := b.store.Commit(ctx, "lab", graph.Cause{}, &graph.Batch{
		Put:      []*graph.Vertex{{ID: "v", Type: graph.VNIC}, {ID: "p", Type: graph.HostPNIC}},
		PutEdges: []*graph.Edge{{EdgeKey: graph.EdgeKey{Type: "vnic-host_pnic", From: "v", To: "p"}}},
	}); err != nil {
		t.Fatal(err)
	}
	var used *reference.UsedError
	if err := set.Remove(ctx, ann, "vnic-host_pnic", nil); !errors.As(err, &used) || fmt.Sprint(used.By) != `[clique type "core" 1 links of environment "lab"]` {
		t.Error(err)
	}
	if err := b.keep.CliqueTypes.Remove(ctx, ann, "core", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := b.store.Commit(ctx, "lab", graph.Cause{}, &graph.Batch{Delete: []graph.ID{"v"}}); err != nil {
		t.Fatal(err)
	}
	if err := set.Remove(ctx, ann, "vnic-host_pnic", nil); err != nil {
		t.Error(err)
	}
}

func TestConstants(t *testing.T) {
	b := open(t)
	ctx, k := t.Context(), b.keep
	get := func(name, kind string) reference.Constant {
		t.Helper()
		c, err := k.Constant(ctx, name, kind)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	old := get("distributions", "")
	more := catalog.Constant{Name: "distributions", EnvironmentType: "OpenStack", Data: append(slices.Clone(old.Data), catalog.Entry{Value: "Ubuntu"})}
	if _, fresh, err := k.SetConstant(ctx, ann, more, nil); err != nil || fresh {
		t.Fatal(fresh, err)
	}
	now := get("distributions", "OpenStack")
	if now.Shipped || now.ID != old.ID || len(now.Data) != len(old.Data)+1 || now.Data[len(old.Data)].Label != "Ubuntu" {
		t.Errorf("%+v", now)
	}
	c := core()
	c.Environment, c.Distribution = "", "Ubuntu"
	if _, err := k.CliqueTypes.Add(ctx, ann, c); err != nil {
		t.Fatal(err)
	}
	var used *reference.UsedError
	if err := k.RemoveConstant(ctx, ann, "distributions", "OpenStack", nil); !errors.As(err, &used) || used.By[0].Name != "core" {
		t.Error(err)
	}
	few := more
	few.Data = []catalog.Entry{{Value: "Ubuntu"}}
	if _, _, err := k.SetConstant(ctx, ann, few, nil); !errors.As(err, &used) {
		t.Error(err)
	}
	if err := k.CliqueTypes.Remove(ctx, ann, "core", nil); err != nil {
		t.Fatal(err)
	}
	if err := k.RemoveConstant(ctx, ann, "distributions", "OpenStack", nil); err != nil {
		t.Error(err)
	}
	if now := get("distributions", ""); !now.Shipped || len(now.Data) != len(old.Data) {
		t.Errorf("%+v", now)
	}
	var shipped *reference.ShippedError
	if _, _, err := k.SetConstant(ctx, ann, catalog.Constant{Name: "scans_statuses", Data: few.Data}, nil); !errors.As(err, &shipped) {
		t.Error(err)
	}
	if err := k.RemoveConstant(ctx, ann, "distributions", "OpenStack", nil); !errors.As(err, &shipped) {
		t.Error(err)
	}
	if _, fresh, err := k.SetConstant(ctx, ann, catalog.Constant{Name: "racks", Data: []catalog.Entry{{Label: "One", Value: "1"}}}, nil); err != nil || !fresh {
		t.Error(fresh, err)
	}
	if _, _, err := k.SetConstant(ctx, ann, catalog.Constant{Name: "Racks", EnvironmentType: "Openstack"}, nil); err == nil || !strings.Contains(err.Error(), `did you mean "OpenStack"?`) {
		t.Error(err)
	}
	if err := k.RemoveConstant(ctx, ann, "racks", "", nil); err != nil {
		t.Error(err)
	}
	if _, err := k.LinkTypes.Add(ctx, ann, reference.LinkType{Type: "vnic-host_pnic"}); err != nil {
		t.Fatal(err)
	}
	if c := get("link_types", "Kubernetes"); c.Data[len(c.Data)-1].Value != "vnic-host_pnic" {
		t.Error(c.Data)
	}
}

func TestRows(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	for _, set := range []*reference.Set[reference.Row]{b.keep.Supported, b.keep.Agents, b.keep.Hover, b.keep.Choices} {
		list, err := set.List(ctx)
		if err != nil || len(list) < 8 {
			t.Error(len(list), err)
		}
		if err := set.Remove(ctx, ann, string(list[0].ID), nil); !errors.Is(err, graph.ErrConflict) {
			t.Error(err)
		}
	}
	if r, err := b.keep.Hover.Get(ctx, "vnic"); err != nil || len(r.Body.Strings("attributes")) < 10 || r.Body.String("tooltip") == "" {
		t.Error(r, err)
	}
	row := reference.Row{Body: graph.Attrs{"type": "client.json", "side": "client", "order": "1", "monitoring_system": "sensu", "config": map[string]any{"a": "{b}"}, "_id": "x"}}
	made, err := b.keep.Templates.Add(ctx, ann, row)
	if err != nil || made.Body["_id"] != nil {
		t.Fatal(made, err)
	}
	if _, err := b.keep.Templates.Add(ctx, ann, row); !errors.Is(err, graph.ErrConflict) {
		t.Error(err)
	}
	var bad *graph.InvalidError
	if _, err := b.keep.Templates.Change(ctx, ann, "client.json", reference.Row{Body: graph.Attrs{"side": "cleint", "order": "first"}}, nil); !errors.As(err, &bad) || len(bad.Fields) != 5 {
		t.Error(err)
	}
	row.Body = graph.Attrs{"type": "client.json", "side": "client", "order": "2", "monitoring_system": "sensu", "config": map[string]any{}}
	if got, err := b.keep.Templates.Change(ctx, ann, "client.json", row, nil); err != nil || got.ID != made.ID {
		t.Error(got, err)
	}
	if err := b.keep.Templates.Remove(ctx, ann, "client.json", nil); err != nil {
		t.Error(err)
	}
}

func TestNearest(t *testing.T) {
	values := []string{"vnic-vedge", "vnic-vconnector", "OVS", "LXB"}
	for text, want := range map[string]string{"vnic-veged": "vnic-vedge", "ovs": "OVS", "vcnic-vconnectr": "vnic-vconnector", "elephant": "", "LBX": "LXB"} {
		if got := reference.Nearest(text, values); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Of many who add the same at once, one does.
func TestOneOfManyAdds(t *testing.T) {
	b := open(t)
	const n = 8
	errs := make(chan error, n)
	for range n {
		go func() {
			_, err := b.keep.CliqueTypes.Add(t.Context(), ann, core())
			errs <- err
		}()
	}
	done := 0
	for range n {
		if err := <-errs; err == nil {
			done++
		} else if !errors.Is(err, graph.ErrConflict) {
			t.Error(err)
		}
	}
	if done != 1 {
		t.Errorf("%d were added", done)
	}
}
