package query

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/index"
)

const picture = `
region r1 {name: R1}
host node-1 {name: node-1, parent: r1, host: node-1}
instances_folder node-1-instances {name: Instances, parent: node-1, host: node-1}
instance i1 {name: web-1, object_name: web-1.lab, parent: node-1-instances, host: node-1, part: openstack.instances, network: [n1]}
instance i2 {name: web-2, parent: node-1-instances, host: node-1, part: openstack.instances, network: [n2]}
vnic v1 {name: tap1, parent: i1, host: node-1, part: hostcli.vnics@node-1}
vnic v2 {name: tap2, parent: i2, host: node-1}
vedge e1 {name: br-int, parent: node-1, host: node-1}
host_pnic p1 {name: eth0, parent: node-1, host: node-1}
network n1 {name: blue}
network n2 {name: red}
instance i1 -> vnic v1 {network: n1, name: blue}
instance i2 -> vnic v2 {network: n2}
vnic v1 -> vedge e1 {network: n1}
vnic v2 -> vedge e1 {network: n2}
vedge e1 -> host_pnic p1
host_pnic p1 -> network n1 {network: n1}
host_pnic p1 -> network n2 {network: n2}
`

func service(t testing.TB) (*Service, *fakeIndex) {
	i := &fakeIndex{}
	return New(serviceStore(t), i, Options{}), i
}

func serviceStore(t testing.TB) fakeStore {
	s := fakeStore{}
	ok := doc(t, graph.Parts, "openstack.instances", `{"state":"ok"}`)
	ok.Body["ok_time"] = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	all := doc(t, graph.Parts, "*", `{"state":"ok"}`)
	all.Body["ok_time"] = time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)
	bad := doc(t, graph.Parts, "hostcli.vnics@node-1", `{"state":"failed","error":"node-1: no route to host"}`)
	scan := func(id, status string, hour int) *graph.Document {
		d := doc(t, graph.Scans, id, `{"status":"`+status+`"}`)
		d.Body["start_timestamp"] = time.Date(2026, 3, 1, hour, 0, 0, 0, time.UTC)
		return d
	}
	s.draw(t, "lab", 100, "instance old {name: past-1, part: x}")
	s.draw(t, "lab", 200, picture, ok, all, bad, scan("s1", "completed", 10), scan("s2", "failed", 12), doc(t, graph.Scans, "s3", `{"status":"pending"}`))
	s.draw(t, graph.Shared, 300, "", doc(t, graph.Environments, "lab", `{"name":"lab","distribution":"Kolla","mechanism_drivers":["OVS"],"configuration":[]}`),
		doc(t, graph.CliqueTypes, "ffffffffffffffffffffffff", `{"name":"short","focal_point_type":"instance","environment":"elsewhere","link_types":["instance-vnic"]}`),
		doc(t, graph.CliqueTypes, "broken", `{"name":"broken"}`))
	return s
}

var lab = At{Env: "lab"}

func TestEnvironments(t *testing.T) {
	s, _ := service(t)
	list, err := s.Environments(t.Context(), nil)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	e := list[0]
	if e.Name != "lab" || e.Status != "failed" || e.LastScan.ID != "s2" || e.Objects["instance"] != 2 || e.Links["vnic-vedge"] != 2 || e.Time != 200 {
		t.Errorf("%+v", e)
	}
	if len(e.Failed) != 1 || e.Failed[0].Part != "hostcli.vnics@node-1" || e.Failed[0].Since != nil {
		t.Errorf("failed parts: %+v", e.Failed)
	}
	none, err := s.Environments(t.Context(), func(graph.EnvID) bool { return false })
	if err != nil || len(none) != 0 {
		t.Error(none, err)
	}
	if _, err := s.Environment(t.Context(), At{Env: "nowhere"}); !errors.Is(err, graph.ErrNotFound) || !strings.Contains(err.Error(), "nowhere") {
		t.Error(err)
	}
}

func TestObject(t *testing.T) {
	s, _ := service(t)
	o, err := s.Object(t.Context(), ObjectRequest{lab, "i1"})
	if err != nil {
		t.Fatal(err)
	}
	if o.IDPath != "/lab/r1/node-1/node-1-instances/i1" || o.NamePath != "/lab/R1/node-1/Instances/web-1" ||
		o.ParentType != "instances_folder" || o.ObjectName != "web-1.lab" || o.Stale || o.LastScanned == nil || o.LastScanned.Hour() != 14 {
		t.Errorf("%+v", o)
	}
	if o, err = s.Object(t.Context(), ObjectRequest{lab, "v1"}); err != nil || !o.Stale || o.LastScanned != nil || o.StaleReason != "node-1: no route to host" || o.ObjectName != "tap1" {
		t.Errorf("%+v, %v", o, err)
	}
	if o, err = s.Object(t.Context(), ObjectRequest{lab, "r1"}); err != nil || o.ParentID != "lab" || o.ParentType != graph.Root || o.IDPath != "/lab/r1" || o.LastScanned != nil {
		t.Errorf("%+v, %v", o, err)
	}
	if o, err = s.Object(t.Context(), ObjectRequest{At{"lab", 150}, "old"}); err != nil || o.Name != "past-1" {
		t.Errorf("%+v, %v", o, err)
	}
	for _, q := range []ObjectRequest{{lab, "old"}, {At{Env: "nowhere"}, "i1"}, {At{}, "i1"}, {At{"lab", 50}, "i1"}} {
		if _, err := s.Object(t.Context(), q); !errors.Is(err, graph.ErrNotFound) {
			t.Errorf("%v: %v", q, err)
		}
	}
}

func names(p *Page[Object]) string {
	var out []string
	for _, o := range p.Items {
		out = append(out, string(o.ID))
	}
	return strings.Join(out, " ")
}

func TestObjects(t *testing.T) {
	s, _ := service(t)
	for _, c := range []struct {
		q    ObjectsRequest
		want string
	}{
		{ObjectsRequest{}, "r1 node-1 node-1-instances i1 i2 v1 v2 e1 p1 n1 n2"},
		{ObjectsRequest{Types: []graph.VertexType{"instance", "unheard"}}, "i1 i2"},
		{ObjectsRequest{Types: []graph.VertexType{"unheard"}}, ""},
		{ObjectsRequest{Name: "WEB-*"}, "i1 i2"},
		{ObjectsRequest{Name: "web"}, ""},
		{ObjectsRequest{Name: "*.lab"}, "i1"},
		{ObjectsRequest{Name: "*a*1*"}, "v1"},
		{ObjectsRequest{Host: "node-1", Types: []graph.VertexType{"vnic"}}, "v1 v2"},
		{ObjectsRequest{Host: "node-2"}, ""},
		{ObjectsRequest{Parent: "node-1"}, "p1 node-1-instances e1"},
		{ObjectsRequest{Parent: "node-1", Types: []graph.VertexType{"vedge"}}, "e1"},
		{ObjectsRequest{Parent: "lab"}, "n1 n2 r1"},
		{ObjectsRequest{Parent: "v1"}, ""},
	} {
		c.q.At = lab
		want := strings.Fields(c.want)
		all, err := s.Objects(t.Context(), c.q)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Fields(names(all))
		sortIfNumbered(c.q, want, got)
		if d := cmp.Diff(want, got); d != "" || all.Total != len(want) || all.NextCursor != "" {
			t.Errorf("%+v: total %d, want -, got +:\n%s", c.q, all.Total, d)
		}
		// The same in pages of two.
		var pages []string
		for c.q.Limit = 2; ; {
			p, err := s.Objects(t.Context(), c.q)
			if err != nil {
				t.Fatal(err)
			}
			pages = append(pages, strings.Fields(names(p))...)
			if p.Total != len(want) || len(p.Items) > 2 {
				t.Errorf("%+v: page of %d, total %d", c.q, len(p.Items), p.Total)
			}
			if c.q.Cursor = p.NextCursor; c.q.Cursor == "" {
				break
			}
		}
		if names(all) != strings.Join(pages, " ") {
			t.Errorf("%+v: pages %v, whole %v", c.q, pages, names(all))
		}
	}
	if _, err := s.Children(t.Context(), lab, "gone", Paging{}); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
	for _, p := range []Paging{{Limit: -1}, {Limit: 1001}, {Cursor: "!"}, {Cursor: "e30"}} {
		var bad *graph.InvalidError
		if _, err := s.Objects(t.Context(), ObjectsRequest{At: lab, Paging: p}); !errors.As(err, &bad) {
			t.Errorf("%+v: %v", p, err)
		}
	}
}

// A list goes on with the graph that it began with.
func TestCursorKeepsTime(t *testing.T) {
	store := fakeStore{}
	store.draw(t, "lab", 1, "host a\nhost b\nhost c")
	s := New(store, &fakeIndex{}, Options{})
	p, err := s.Objects(t.Context(), ObjectsRequest{At: lab, Paging: Paging{Limit: 1}})
	if err != nil {
		t.Fatal(err)
	}
	store.draw(t, "lab", 2, "host c\nhost d")
	rest, err := s.Objects(t.Context(), ObjectsRequest{At: lab, Paging: Paging{Cursor: p.NextCursor}})
	if err != nil || names(p)+" "+names(rest) != "a b c" || rest.Total != 3 {
		t.Error(names(p), names(rest), err)
	}
}

func TestLinks(t *testing.T) {
	s, _ := service(t)
	of, err := s.LinksOf(t.Context(), lab, "v1")
	if err != nil || len(of.Out) != 1 || len(of.In) != 1 || of.In[0].Source.Name != "web-1" || of.In[0].Name != "blue" || of.Out[0].Target.Type != "vedge" {
		t.Errorf("%+v, %v", of, err)
	}
	for _, c := range []struct {
		q    LinksRequest
		want string
	}{
		{LinksRequest{Types: []graph.EdgeType{"vnic-vedge"}}, "v1>e1 v2>e1"},
		{LinksRequest{Types: []graph.EdgeType{"unheard-of"}}, ""},
		{LinksRequest{Source: "p1"}, "p1>n1 p1>n2"},
		{LinksRequest{Target: "e1"}, "v1>e1 v2>e1"},
		{LinksRequest{Source: "v1", Target: "e1"}, "v1>e1"},
		{LinksRequest{Source: "v1", Target: "n1"}, ""},
		{LinksRequest{Target: "e1", Types: []graph.EdgeType{"instance-vnic"}}, ""},
	} {
		c.q.At, c.q.Limit = lab, 1
		var got []string
		for {
			p, err := s.Links(t.Context(), c.q)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range p.Items {
				got = append(got, fmt.Sprintf("%s>%s", l.Source.ID, l.Target.ID))
			}
			if p.Total != len(strings.Fields(c.want)) {
				t.Errorf("%+v: total %d", c.q, p.Total)
			}
			if c.q.Cursor = p.NextCursor; c.q.Cursor == "" {
				break
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v: %v, want %s", c.q, got, c.want)
		}
	}
	all, err := s.Links(t.Context(), LinksRequest{At: lab})
	if err != nil || all.Total != 7 || len(all.Items) != 7 {
		t.Errorf("%+v, %v", all, err)
	}
	if _, err := s.Links(t.Context(), LinksRequest{At: lab, Target: "gone"}); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
}

func (t *Tree) draw(out *strings.Builder, indent string) {
	fmt.Fprintf(out, "%s%s %d", indent, t.ID, t.ChildCount)
	if t.Truncated {
		out.WriteString(" …")
	}
	out.WriteString("\n")
	for _, c := range t.Children {
		c.draw(out, indent+"  ")
	}
}

func TestTree(t *testing.T) {
	s, _ := service(t)
	for _, c := range []struct {
		q    TreeRequest
		want string
	}{
		{TreeRequest{}, "lab 3\n  n1 0\n  n2 0\n  r1 1\n"},
		{TreeRequest{Root: "node-1", Depth: 2}, "node-1 3\n  p1 0\n  node-1-instances 2\n    i1 1\n    i2 1\n  e1 0\n"},
		{TreeRequest{Root: "node-1", Depth: 3, Limit: 4}, "node-1 3\n  p1 0\n  node-1-instances 2 …\n    i1 1 …\n  e1 0\n"},
		{TreeRequest{Root: "v1"}, "v1 0\n"},
	} {
		c.q.At = lab
		tree, err := s.Tree(t.Context(), c.q)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		tree.draw(&got, "")
		if d := cmp.Diff(c.want, got.String()); d != "" {
			t.Errorf("%+v: want -, got +:\n%s", c.q, d)
		}
	}
	if _, err := s.Tree(t.Context(), TreeRequest{At: lab, Root: "gone"}); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
}

func TestClique(t *testing.T) {
	s, _ := service(t)
	c, err := s.Clique(t.Context(), CliqueRequest{At: lab, ID: "i1"})
	if err != nil {
		t.Fatal(err)
	}
	var nodes, links []string
	for _, n := range c.Nodes {
		nodes = append(nodes, string(n.ID))
	}
	for _, l := range c.Links {
		links = append(links, string(l.Source.ID)+">"+string(l.Target.ID))
	}
	if got := strings.Join(nodes, " "); got != "i1 v1 e1 p1 n1" {
		t.Errorf("nodes %s", got)
	}
	if got := strings.Join(links, " "); got != "i1>v1 v1>e1 e1>p1 p1>n1" {
		t.Errorf("links %s", got)
	}
	if c.CliqueType == "" || len(c.CliqueTypeID) != 24 || c.FocalPointType != "instance" || !c.Nodes[1].Stale || c.Nodes[0].Stale {
		t.Errorf("%+v", c)
	}
	if d := cmp.Diff(graph.Attrs{"network": []any{"n1"}}, c.Constraints); d != "" {
		t.Error(d)
	}
	for _, by := range []string{"short", "ffffffffffffffffffffffff"} {
		short, err := s.Clique(t.Context(), CliqueRequest{At: lab, ID: "i1", CliqueType: by})
		if err != nil || short.CliqueType != "short" || len(short.Links) != 1 {
			t.Errorf("%+v, %v", short, err)
		}
	}
	for _, q := range []CliqueRequest{{At: lab, ID: "gone"}, {At: lab, ID: "i1", CliqueType: "gone"}, {At: lab, ID: "r1"}, {At: At{Env: "nowhere"}, ID: "i1"}} {
		if _, err := s.Clique(t.Context(), q); !errors.Is(err, graph.ErrNotFound) {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

func TestSearch(t *testing.T) {
	s, i := service(t)
	i.result = index.Result{Hits: []index.Hit{{Env: "lab", ID: "i1", Type: "instance", Name: "web-1"}, {Env: "lab", ID: "gone"}, {Env: "removed", ID: "i1"}}, Total: 7, TotalExact: true, Next: "next"}
	f, err := s.Search(t.Context(), SearchRequest{Text: "web", Envs: []graph.EnvID{"lab"}, Limit: 3})
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Items) != 1 || f.Items[0].NamePath != "/lab/R1/node-1/Instances/web-1" || f.Total != 7 || f.NextCursor != "next" || i.asked.Limit != 3 || i.asked.Envs[0] != "lab" {
		t.Errorf("%+v, asked %+v", f, i.asked)
	}
	i.result = index.Result{Hits: []index.Hit{{Env: "lab", ID: "old", Name: "later-name"}}, Total: 1, TotalExact: true}
	past, err := s.Search(t.Context(), SearchRequest{Text: "past", Time: 150})
	if err != nil || past.Total != 1 || past.Items[0].NamePath != "/lab/past-1" || past.Items[0].Name != "past-1" || i.asked.Time != 150 {
		t.Errorf("%+v, %v", past, err)
	}
	// Where it last had the text; at a time that is no longer known, the environment.
	i.result.Hits = []index.Hit{{Env: "lab", ID: "old", Name: "past-1", To: 151}, {Env: "lab", ID: "i1"}, {Env: "gone", ID: "i1", Name: "web-1", To: 9}}
	all, err := s.Search(t.Context(), SearchRequest{Text: "past", History: true})
	if err != nil || !i.asked.History {
		t.Fatal(err)
	}
	var got []string
	for _, h := range all.Items {
		got = append(got, h.NamePath)
	}
	if d := cmp.Diff([]string{"/lab/past-1", "/lab/R1/node-1/Instances/web-1", "/gone"}, got); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
}

// sortIfNumbered leaves the order to the store where a list has its order.
func sortIfNumbered(q ObjectsRequest, lists ...[]string) {
	if q.Parent == "" {
		for _, l := range lists {
			slices.Sort(l)
		}
	}
}
