package index

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
)

// run starts the follower and waits until it has caught up. stop ends it.
func run(t *testing.T, x *Index) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- x.Run(ctx) }()
	stop = func() {
		if cancel == nil {
			return
		}
		cancel()
		cancel = nil
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
	t.Cleanup(stop)
	if err := x.CaughtUp(ctx); err != nil {
		t.Fatal(err)
	}
	return stop
}

func openIndex(t *testing.T, dir string, src Source) *Index {
	t.Helper()
	x, err := Open(t.Context(), dir, src, Options{Group: -1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	return x
}

func find(t *testing.T, x *Index, q Query) Result {
	t.Helper()
	r, err := x.Search(t.Context(), q)
	if err != nil {
		t.Fatalf("%q: %v", q.Text, err)
	}
	return r
}

func ids(r Result) (out []string) {
	for _, h := range r.Hits {
		out = append(out, string(h.Env)+"/"+string(h.ID))
	}
	return out
}

// cloud is a small cloud with the kinds of names that real ones have.
func cloud(t *testing.T) []*graph.Vertex {
	v := func(typ graph.VertexType, id, name, body string) *graph.Vertex {
		return &graph.Vertex{ID: graph.ID(id), Type: typ, Name: name, Attrs: attrs(t, body)}
	}
	return []*graph.Vertex{
		v(graph.Host, "node-1", "node-1", `{"ip_address":"192.0.2.11"}`),
		v(graph.Host, "node-10", "node-10", `{"ip_address":"192.0.2.110"}`),
		v(graph.Instance, "6c8f2a1e-0b53-4d8c-9a77-3f1c2e4b5d60", "BoingBoing-vASA1", `{"uuid":"6c8f2a1e-0b53-4d8c-9a77-3f1c2e4b5d60","local_name":"instance-0000000a"}`),
		v(graph.Instance, "7d9a3b2f-1c64-4e9d-8b88-4a2d3f5c6e71", "BoingBoing-vASA2", `{"local_name":"instance-0000000b"}`),
		v(graph.Instance, "i-web", "web", `{}`),
		v(graph.Instance, "i-web1", "moz-web-01", `{}`),
		v(graph.Instance, "i-web2", "webserver", `{}`),
		v(graph.Instance, "i-3", "cobweb", `{}`),
		v(graph.VNIC, "node-1-tap12ab34cd-5e", "tap12ab34cd-5e", `{"mac_address":"fa:16:3e:12:34:56","port":"12ab34cd-5e00-4111-8222-333344445555","addresses":[{"IP Address":"10.20.30.4"}]}`),
		v(graph.VNIC, "node-1-tapffab34cd-5e", "tapffab34cd-5e", `{"mac_address":"fa:16:3e:ab:cd:ef"}`),
		v(graph.Port, "12ab34cd-5e00-4111-8222-333344445555", "", `{"mac_address":"fa:16:3e:12:34:56","fixed_ips":[{"ip_address":"10.20.30.4"},{"ip_address":"2001:db8:0:1::4"}]}`),
		v(graph.Port, "port-2", "", `{"mac_address":"fa:16:3e:99:99:99","fixed_ips":[{"ip_address":"10.20.31.40"}]}`),
		v(graph.Network, "net-blue", "blue", `{"cidrs":["10.20.30.0/24"]}`),
		v(graph.VService, "node-1-qrouter-aaaa", "router-core", `{"local_service_id":"qrouter-aaaa"}`),
		v(graph.SwitchPNIC, "leaf101-eth1/7", "eth1/7", `{"mac_address":"0c:75:bd:00:00:07"}`),
		v("vnics_folder", "i-web-vnics", "vNICs", `{}`),
		v(graph.Project, "p1", "Müller Straße", `{}`),
	}
}

func TestRanking(t *testing.T) {
	f := newFake()
	f.commit("lab", cloud(t))
	x := openIndex(t, t.TempDir(), f)
	run(t, x)
	for _, c := range []struct {
		text string
		want []string // "id rank field", in order
	}{
		// Exact name, prefix, word, substring.
		{"web", []string{"i-web name name", "i-web2 prefix name", "i-web1 word name", "i-3 substring name"}},
		{"WEB", []string{"i-web name name", "i-web2 prefix name", "i-web1 word name", "i-3 substring name"}},
		{"node-1", []string{"node-1 identifier id", "node-10 prefix name", "node-1-tap12ab34cd-5e prefix id", "node-1-tapffab34cd-5e prefix id", "node-1-qrouter-aaaa prefix id"}},
		{"asa", []string{"6c8f2a1e-0b53-4d8c-9a77-3f1c2e4b5d60 substring name", "7d9a3b2f-1c64-4e9d-8b88-4a2d3f5c6e71 substring name"}},
		{"web moz", []string{"i-web1 word name"}},
		{"moz serv", nil},
		{"boing vasa2", []string{"7d9a3b2f-1c64-4e9d-8b88-4a2d3f5c6e71 word_prefix name"}},
		{"ma", nil},
		{"rout", []string{"node-1-qrouter-aaaa prefix name"}},
		{"core", []string{"node-1-qrouter-aaaa word name"}},
		{"ro", []string{"node-1-qrouter-aaaa prefix name"}},
		{"co", []string{"i-3 prefix name", "node-1-qrouter-aaaa word_prefix name"}},
		{"müller", []string{"p1 prefix name"}},
		{"STRASSE", nil},
		{"straße", []string{"p1 word name"}},
		// Identifiers.
		{"6c8f2a1e-0b53-4d8c-9a77-3f1c2e4b5d60", []string{"6c8f2a1e-0b53-4d8c-9a77-3f1c2e4b5d60 identifier id"}},
		{"6c8f2a1e", []string{"6c8f2a1e-0b53-4d8c-9a77-3f1c2e4b5d60 prefix id"}},
		{"12ab34cd-5e00-4111-8222-333344445555", []string{"12ab34cd-5e00-4111-8222-333344445555 identifier id", "node-1-tap12ab34cd-5e identifier port"}},
		{"qrouter-aaaa", []string{"node-1-qrouter-aaaa identifier local_service_id"}},
		{"instance-0000000b", []string{"7d9a3b2f-1c64-4e9d-8b88-4a2d3f5c6e71 name local_name"}},
		{"eth1/7", []string{"leaf101-eth1/7 name name"}},
		{"tap12ab", []string{"node-1-tap12ab34cd-5e prefix name"}},
		{"ab34cd", []string{"12ab34cd-5e00-4111-8222-333344445555 substring id", "node-1-tap12ab34cd-5e substring name", "node-1-tapffab34cd-5e substring name"}},
		// MAC addresses in all spellings, and pieces.
		{"fa:16:3e:12:34:56", []string{"12ab34cd-5e00-4111-8222-333344445555 identifier mac_address", "node-1-tap12ab34cd-5e identifier mac_address"}},
		{"FA-16-3E-12-34-56", []string{"12ab34cd-5e00-4111-8222-333344445555 identifier mac_address", "node-1-tap12ab34cd-5e identifier mac_address"}},
		{"fa16.3e12.3456", []string{"12ab34cd-5e00-4111-8222-333344445555 identifier mac_address", "node-1-tap12ab34cd-5e identifier mac_address"}},
		{"fa163e123456", []string{"12ab34cd-5e00-4111-8222-333344445555 identifier mac_address", "node-1-tap12ab34cd-5e identifier mac_address"}},
		{"fa:16:3e:ab", []string{"node-1-tapffab34cd-5e prefix mac_address"}},
		{"ab:cd:ef", []string{"node-1-tapffab34cd-5e substring mac_address"}},
		{"bc:de", nil}, // would begin inside an octet
		// IP addresses and beginnings of them.
		{"10.20.30.4", []string{"12ab34cd-5e00-4111-8222-333344445555 identifier fixed_ips.ip_address", "node-1-tap12ab34cd-5e identifier addresses.IP Address", "net-blue network cidrs"}},
		{"10.20.", []string{"net-blue prefix cidrs", "12ab34cd-5e00-4111-8222-333344445555 prefix fixed_ips.ip_address", "port-2 prefix fixed_ips.ip_address", "node-1-tap12ab34cd-5e prefix addresses.IP Address"}},
		{"10.20.31", []string{"port-2 prefix fixed_ips.ip_address"}},
		{"10.20.3.", nil},
		{"192.0.2.11", []string{"node-1 identifier ip_address"}},
		{"2001:0db8:0000:0001:0:0:0:4", []string{"12ab34cd-5e00-4111-8222-333344445555 identifier fixed_ips.ip_address"}},
		{"2001:db8:", []string{"12ab34cd-5e00-4111-8222-333344445555 prefix fixed_ips.ip_address"}},
		{"10.20.30.0/24", []string{"net-blue identifier cidrs", "12ab34cd-5e00-4111-8222-333344445555 network fixed_ips.ip_address", "node-1-tap12ab34cd-5e network addresses.IP Address"}},
		{"10.20.30.77", []string{"net-blue network cidrs"}},
		// Typing errors, only where nothing else is found.
		{"webserevr", []string{"i-web2 typo name"}},
		{"cobwb", []string{"i-3 typo name"}},
		{"BoingBiong-vASA1", []string{"6c8f2a1e-0b53-4d8c-9a77-3f1c2e4b5d60 typo name"}}, // the other is two mistakes away
		{"BoingBiong-vASA3", []string{"6c8f2a1e-0b53-4d8c-9a77-3f1c2e4b5d60 typo name", "7d9a3b2f-1c64-4e9d-8b88-4a2d3f5c6e71 typo name"}},
		{"ruoter core", []string{"node-1-qrouter-aaaa typo name"}},
		{"wxyz", nil},
		{"--", nil},
	} {
		t.Run(strings.ReplaceAll(c.text, "/", "|"), func(t *testing.T) {
			r := find(t, x, Query{Text: c.text})
			var got []string
			for _, h := range r.Hits {
				got = append(got, fmt.Sprintf("%s %s %s", h.ID, h.Rank, h.Matched.Field))
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("want -, got +:\n%s", d)
			}
			if r.Total != len(c.want) || !r.TotalExact {
				t.Errorf("total %d, exact %v; want %d", r.Total, r.TotalExact, len(c.want))
			}
			// Comparing every object finds the same.
			p := newPattern(c.text)
			var again []string
			for _, rule := range p.rules() {
				for _, v := range cloud(t) {
					if rank := p.match(v, rule.rank); rank < noMatch && !isFolder(v.Type) {
						again = append(again, fmt.Sprintf("%s %s", v.ID, rank))
					}
				}
				if len(again) > 0 {
					break
				}
			}
			for i, line := range got {
				id, rest, _ := strings.Cut(line, " ")
				rank, _, _ := strings.Cut(rest, " ")
				got[i] = id + " " + rank
			}
			slices.Sort(got)
			slices.Sort(again)
			if d := cmp.Diff(got, again); d != "" {
				t.Errorf("index -, matcher +:\n%s", d)
			}
		})
	}
}

func TestSearchFilters(t *testing.T) {
	f := newFake()
	f.commit("lab", cloud(t))
	f.commit("other", cloud(t))
	x := openIndex(t, t.TempDir(), f)
	run(t, x)
	for _, c := range []struct {
		q    Query
		want []string
	}{
		{Query{Text: "web", Envs: []graph.EnvID{"other"}, Limit: 2}, []string{"other/i-web", "other/i-web2"}},
		{Query{Text: "web", Limit: 3}, []string{"lab/i-web", "other/i-web", "lab/i-web2"}},
		{Query{Text: "web", Envs: []graph.EnvID{}}, nil},
		{Query{Text: "web", Envs: []graph.EnvID{"none"}}, nil},
		{Query{Text: "vnics"}, nil},
		{Query{Text: "vnics", Types: []graph.VertexType{"vnics_folder"}}, []string{"lab/i-web-vnics", "other/i-web-vnics"}},
		{Query{Text: "node-1", Types: []graph.VertexType{graph.Host, graph.VService}, Envs: []graph.EnvID{"lab"}}, []string{"lab/node-1", "lab/node-10", "lab/node-1-qrouter-aaaa"}},
	} {
		if d := cmp.Diff(c.want, ids(find(t, x, c.q))); d != "" {
			t.Errorf("%+v: want -, got +:\n%s", c.q, d)
		}
	}
}

func TestPages(t *testing.T) {
	f := newFake()
	var list []*graph.Vertex
	for i := range 57 {
		list = append(list, &graph.Vertex{ID: graph.ID(fmt.Sprintf("i%02d", i*37%57)), Type: graph.Instance, Name: fmt.Sprintf("web-%d", i%5)})
	}
	f.commit("lab", list)
	x := openIndex(t, t.TempDir(), f)
	run(t, x)
	all := ids(find(t, x, Query{Text: "web", Limit: MaxLimit}))
	if len(all) != 57 || !slices.IsSorted(all) {
		t.Fatalf("%d hits: %v", len(all), all)
	}
	var got []string
	q := Query{Text: "web", Limit: 10}
	for page := 0; ; page++ {
		r := find(t, x, q)
		if r.Total != 57 {
			t.Errorf("page %d: total %d", page, r.Total)
		}
		got = append(got, ids(r)...)
		if page == 2 { // what comes before the cursor does not shift what follows
			f.commit("lab", []*graph.Vertex{{ID: "a", Type: graph.Instance, Name: "web-a"}}, "i01")
			if err := x.CaughtUp(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if q.Cursor = r.Next; q.Cursor == "" {
			break
		}
	}
	if d := cmp.Diff(all, got); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
}

func TestSearchErrors(t *testing.T) {
	x := openIndex(t, t.TempDir(), newFake())
	for field, q := range map[string]Query{
		"q":      {Text: "  "},
		"q ":     {Text: strings.Repeat("x", MaxQuery+1)},
		"limit":  {Text: "web", Limit: MaxLimit + 1},
		"limit ": {Text: "web", Limit: -1},
		"cursor": {Text: "web", Cursor: "###"},
	} {
		_, err := x.Search(t.Context(), q)
		var bad *graph.InvalidError
		if !errors.As(err, &bad) || bad.Fields[0].Field != strings.TrimSpace(field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := x.CaughtUp(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("CaughtUp without Run: %v", err)
	}
}
