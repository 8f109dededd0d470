package diff_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
	"calipso/query/diff"
)

// east and west are the same small cloud twice, with other ids and names of
// hosts: in the west web is on the second host, db has no counterpart, cache is
// new and the network is slower.
const east = `
project p1 {name: shop}
network n1 {name: front, parent: p1, project: shop, mtu: 1500, network: n1}
host node-1 {name: node-1, host: node-1}
host node-2 {name: node-2, host: node-2}
instances_folder node-1-instances {name: Instances, parent: node-1, host: node-1}
instance i1 {name: web, host: node-1, parent: node-1-instances, project: shop, network: [n1], uuid: i1}
instance i2 {name: db, host: node-2, parent: node-2, project: shop, network: [n1]}
instance i3 {name: app, host: node-2, parent: node-2, project: shop, network: [n1], "binding:host_id": node-2}
vnic node-1|tap1 {name: tap1, host: node-1, parent: i1, network: n1}
vnic node-2|tap3 {name: tap3, host: node-2, parent: i3, network: n1}
vedge node-1-vedge-1 {name: node-1-OVS, host: node-1, parent: node-1}
vedge node-2-vedge-1 {name: node-2-OVS, host: node-2, parent: node-2}
port o3 {parent: n1, network_id: n1, device_id: i3}
instance i1 -> vnic node-1|tap1 {network: n1}
instance i3 -> vnic node-2|tap3 {network: n1, name: front}
vnic node-1|tap1 -> vedge node-1-vedge-1 {network: n1}
vnic node-2|tap3 -> vedge node-2-vedge-1 {network: n1}
`

const west = `
project q1 {name: shop}
network m1 {name: front-west, parent: q1, project: shop, mtu: 1400, network: m1}
host cmp-a {name: cmp-a, host: cmp-a}
host cmp-b {name: cmp-b, host: cmp-b}
instances_folder cmp-a-instances {name: Instances, parent: cmp-a, host: cmp-a}
instance j1 {name: web, host: cmp-b, parent: cmp-b, project: shop, network: [m1], uuid: j1}
instance j3 {name: app, host: cmp-b, parent: cmp-b, project: shop, network: [m1], "binding:host_id": cmp-b}
instance j4 {name: cache, host: cmp-a, parent: cmp-a-instances, project: shop, network: [m1]}
vnic cmp-b|tapx {name: tapx, host: cmp-b, parent: j1, network: m1}
vnic cmp-b|tapy {name: tapy, host: cmp-b, parent: j3, network: m1}
vedge cmp-a-vedge-1 {name: cmp-a-OVS, host: cmp-a, parent: cmp-a}
vedge cmp-b-vedge-1 {name: cmp-b-OVS, host: cmp-b, parent: cmp-b}
port u3 {parent: m1, network_id: m1, device_id: j3}
instance j1 -> vnic cmp-b|tapx {network: m1}
instance j3 -> vnic cmp-b|tapy {network: m1, name: front-west}
vnic cmp-b|tapx -> vedge cmp-b-vedge-1 {network: m1}
vnic cmp-b|tapy -> vedge cmp-b-vedge-1 {network: m1, state: down}
`

var westward = diff.Mapping{Hosts: map[string]string{"node-1": "cmp-a", "node-2": "cmp-b"}, Names: map[string]string{"front": "front-west"}}

func across(t *testing.T, f *fixture, m diff.Mapping, opt diff.Options) *diff.Report {
	t.Helper()
	r, err := diff.Across(t.Context(), f.Store, diff.Side{Env: "east"}, diff.Side{Env: "west"}, m, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func both(t *testing.T, docs ...*graph.Document) *fixture {
	t.Helper()
	f := newFixture(t, memory.New())
	f.become(t, "east", 100, nil, graphtest.MustParse(t, east))
	f.become(t, "west", 200, nil, graphtest.MustParse(t, west), docs...)
	return f
}

func TestAcross(t *testing.T) {
	f := both(t)
	r := across(t, f, westward, diff.Options{})
	want := `moved instance j1 i1@node-1/node-1 → j1@cmp-b/cmp-b
moved vnic cmp-b|tapx node-1|tap1@node-1/web → cmp-b|tapx@cmp-b/web name:tap1→tapx
added instance j4
removed instance i2
changed network m1 mtu:1500→1400
changed vnic cmp-b|tapy name:tap3→tapy
added link vnic-vedge tapx → cmp-b-OVS
removed link vnic-vedge tap1 → node-1-OVS
status link vnic-vedge tapy → cmp-b-OVS state:up→down
`
	if d := cmp.Diff(want, say(r)); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	if r.Env != "east" || r.ToEnv != "west" || r.From != 100 || r.To != 200 || r.Rules == "" || r.Summary.Commits != 0 {
		t.Errorf("%+v", r)
	}
	// Without the mapping, hosts and networks are others; what has the same name
	// in the same project is not.
	plain := say(across(t, f, diff.Mapping{}, diff.Options{}))
	for _, line := range []string{"removed host node-1\n", "added host cmp-b\n", "removed network n1", "moved instance j1 i1@node-1/node-1 → j1@cmp-b/cmp-b host:node-1→cmp-b"} {
		if !strings.Contains(plain, strings.TrimSuffix(line, " host:node-1→cmp-b")) {
			t.Errorf("no %q in\n%s", line, plain)
		}
	}
	// An environment is what it is.
	same, err := diff.Across(t.Context(), f.Store, diff.Side{Env: "east"}, diff.Side{Env: "east"}, diff.Mapping{}, diff.Options{Folders: true})
	if err != nil || !same.Empty() || say(same) != "" {
		t.Errorf("%v\n%s", err, say(same))
	}
}

// TestAcrossByIDs: what the mapping says goes before all else.
func TestAcrossByIDs(t *testing.T) {
	m := westward
	m.IDs = map[string]string{"i2": "j4"}
	told := say(across(t, both(t), m, diff.Options{}))
	if !strings.Contains(told, "moved instance j4 i2@node-2/node-2 → j4@cmp-a/cmp-a name:db→cache") || strings.Contains(told, "added instance") {
		t.Error(told)
	}
}

// TestAcrossFailedParts: what the other side's source would say, but did not
// answer, is no difference (rule S-05).
func TestAcrossFailedParts(t *testing.T) {
	f := newFixture(t, memory.New())
	f.become(t, "east", 100, nil, graphtest.MustParse(t, "vnic v1 {name: a, host: node-1, part: hostcli.vnics@node-1}\nvnic v2 {name: b, host: node-1}"))
	f.become(t, "west", 200, nil, graphtest.MustParse(t, "host h {name: h}"), &graph.Document{
		DocKey: graph.DocKey{Collection: graph.Parts, ID: "hostcli.vnics@cmp-a"}, Body: graph.Attrs{"state": "failed", "error": "no route"}})
	told := say(across(t, f, westward, diff.Options{}))
	if told != "added host h\nremoved vnic v2\nunconfirmed vnic v1\nwarning to hostcli.vnics@cmp-a: no route\n" {
		t.Error(told)
	}
}

func TestAcrossErrors(t *testing.T) {
	f := both(t)
	for _, c := range []struct {
		from, to diff.Side
		m        diff.Mapping
		invalid  bool
	}{
		{from: diff.Side{Env: "nowhere"}, to: diff.Side{Env: "west"}},
		{from: diff.Side{Env: "east", At: 50}, to: diff.Side{Env: "west"}},
		{from: diff.Side{Env: "east"}, to: diff.Side{Env: "west"}, m: diff.Mapping{Hosts: map[string]string{"a": "x", "b": "x"}, IDs: map[string]string{"": "y"}}, invalid: true},
	} {
		_, err := diff.Across(t.Context(), f.Store, c.from, c.to, c.m, diff.Options{})
		var bad *graph.InvalidError
		if c.invalid != errors.As(err, &bad) || !c.invalid && !errors.Is(err, graph.ErrNotFound) || c.invalid && len(bad.Fields) != 2 {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// TestAcrossIsTheSameEachTime: byte for byte, on stores that numbered things in
// another order too.
func TestAcrossIsTheSameEachTime(t *testing.T) {
	var first []byte
	for i := range 12 {
		f := newFixture(t, memory.New())
		for j, picture := range []string{east, west} {
			lines := strings.Split(strings.TrimSpace(picture), "\n")
			if i%2 == 1 {
				slices.Reverse(lines[13:])
			}
			d := graphtest.MustParse(t, strings.Join(lines, "\n"))
			b := &graph.Batch{Put: d.Of(), PutEdges: d.AllEdges()}
			if i%2 == 1 {
				slices.Reverse(b.Put)
				slices.Reverse(b.PutEdges)
			}
			f.now = graph.Time(100 * (j + 1))
			if _, err := f.Commit(t.Context(), []graph.EnvID{"east", "west"}[j], graph.Cause{}, b); err != nil {
				t.Fatal(err)
			}
		}
		got, err := json.Marshal(across(t, f, westward, diff.Options{Folders: true}))
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = got
		}
		if !bytes.Equal(first, got) {
			t.Fatalf("run %d:\n%s\n%s", i, first, got)
		}
	}
}

// TestMappingText: names of hosts are found as whole words, the longest first.
func TestMappingText(t *testing.T) {
	f := newFixture(t, memory.New())
	old := []string{"node-1", "node-1-vedge", "node-11-vedge", "x|node-1.lab|y", "anode-1", "node-1.lab", "br-node-1"}
	new := []string{"A", "A-vedge", "node-11-vedge", "x|B|y", "anode-1", "B", "br-A"}
	for i, ids := range [][]string{old, new} {
		d := graph.NewDraft()
		for _, id := range ids {
			d.Put(&graph.Vertex{ID: graph.ID(id), Type: graph.VEdge, Attrs: graph.Attrs{"says": fmt.Sprint("-", id, "-")}})
		}
		f.become(t, []graph.EnvID{"east", "west"}[i], graph.Time(100*(i+1)), nil, d)
	}
	r := across(t, f, diff.Mapping{Hosts: map[string]string{"node-1": "A", "node-1.lab": "B"}}, diff.Options{})
	if told := say(r); told != "" {
		t.Error(told)
	}
}
