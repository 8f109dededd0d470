package truth

import (
	"strings"
	"testing"
)

func TestCompareTruthWithItself(t *testing.T) {
	truth := derived(t)
	if diff := Compare(truth, ideal(truth)); len(diff) > 0 {
		t.Fatalf("differences: %v", diff)
	}
}

// Each way to be wrong is noticed, and only that one is reported.
func TestCompareNotices(t *testing.T) {
	first := func(tr *Truth, kind string) Pair { return sortedPairs(tr.Links[kind].Must)[0] }
	for _, c := range []struct {
		name  string
		spoil func(*Truth, *Export)
		want  []string // kinds of the differences, each once or more
	}{
		{"port forgotten", func(tr *Truth, e *Export) {
			delete(e.Objects["port"], sorted(tr.Objects["port"].Must)[0])
		}, []string{MissingObject}},
		{"instance made up", func(_ *Truth, e *Export) {
			e.Objects["instance"]["ghost"] = map[string]any{"type": "instance", "id": "ghost"}
		}, []string{ExtraObject}},
		{"link forgotten", func(tr *Truth, e *Export) {
			delete(e.Links["vedge-otep"], first(tr, "vedge-otep"))
		}, []string{MissingLink}},
		{"management NIC carries a network", func(tr *Truth, e *Export) {
			p := first(tr, "host_pnic-network")
			for id := range e.Objects["host_pnic"] {
				if strings.Contains(id, "-eth0-") {
					p.From = id
				}
			}
			e.Links["host_pnic-network"][p] = linkDoc(Step{"host_pnic-network", p})
		}, []string{ExtraLink}},
		{"link of a type not judged has no end", func(_ *Truth, e *Export) {
			p := Pair{"node-1", "nowhere"}
			e.Links["host-rack"] = map[Pair]map[string]any{p: linkDoc(Step{"host-rack", p})}
		}, []string{Dangling}},
		{"no clique", func(tr *Truth, e *Export) { delete(e.Cliques, tr.Chains[0].Focal) }, []string{NoClique}},
		{"chain broken", func(tr *Truth, e *Export) {
			e.Cliques[tr.Chains[0].Focal]["links"] = e.Cliques[tr.Chains[0].Focal]["links"].([]any)[1:]
		}, []string{BrokenChain}},
		{"network's clique lacks its instances", func(tr *Truth, e *Export) {
			for id := range tr.Reach {
				e.Cliques[id] = map[string]any{"links": []any{}}
			}
		}, []string{BrokenChain}},
		{"stranger", func(tr *Truth, e *Export) {
			addSteps(e, tr.Chains[0].Focal, []Step{{"instance-vnic", Pair{"ghost", "tap"}}})
		}, []string{Stranger}},
		{"document", func(tr *Truth, e *Export) {
			id := sorted(tr.Objects["otep"].Must)[0]
			tr.Wants = []Want{{"otep", id, "an address", text("ip_address", "10.78.0.11")}}
			e.Objects["otep"][id]["ip_address"] = "10.78.0.99"
		}, []string{WrongDocument}},
	} {
		t.Run(c.name, func(t *testing.T) {
			truth := derived(t)
			export := ideal(truth)
			c.spoil(truth, export)
			diff := Compare(truth, export)
			seen := map[string]bool{}
			for _, d := range diff {
				seen[d.Kind] = true
			}
			if got := strings.Join(sorted(seen), ", "); got != strings.Join(c.want, ", ") {
				t.Errorf("noticed %q, want %q: %v", got, c.want, diff)
			}
		})
	}
}

func TestNewExportRefuses(t *testing.T) {
	host := map[string]any{"type": "host", "id": "a"}
	link := linkDoc(Step{"host-rack", Pair{"a", "b"}})
	for name, c := range map[string]struct{ objects, links []map[string]any }{
		"no id":        {[]map[string]any{{"type": "host"}}, nil},
		"twice":        {[]map[string]any{host, host}, nil},
		"no end":       {nil, []map[string]any{{"link_type": "host-rack", "source_id": "a"}}},
		"twice a link": {nil, []map[string]any{link, link}},
	} {
		if _, err := NewExport(c.objects, c.links); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestWants(t *testing.T) {
	list := func(e ...any) []any { return e }
	tunnel := func(kind, remote string) any {
		return map[string]any{"type": kind, "options": map[string]any{"remote_ip": remote}}
	}
	for _, c := range []struct {
		name  string
		holds func(map[string]any) bool
		doc   map[string]any
		want  bool
	}{
		{"text", text("a", "x"), map[string]any{"a": "x"}, true},
		{"other text", text("a", "x"), map[string]any{"a": "y"}, false},
		{"list in another order", exactly("n", []string{"a", "b"}), map[string]any{"n": list("b", "a")}, true},
		{"list too long", exactly("n", []string{"a"}), map[string]any{"n": list("b", "a")}, false},
		{"no list", exactly("n", []string{"a"}), map[string]any{"n": "a"}, false},
		{"floating", floatingAddress("10.79.0.176"), map[string]any{"addresses": list(
			map[string]any{"IP Address": "10.79.0.98"}, map[string]any{"IP Address": "10.79.0.176", "floating": true})}, true},
		{"not flagged", floatingAddress("10.79.0.176"), map[string]any{"addresses": list(map[string]any{"IP Address": "10.79.0.176"})}, false},
		{"tunnels", remoteEnds("ports", []string{"1", "2"}, false), map[string]any{"ports": list(tunnel("vxlan", "2"), tunnel("vxlan", "1"))}, true},
		{"a patch port among them", remoteEnds("ports", []string{"1"}, false), map[string]any{"ports": list(tunnel("vxlan", "1"), tunnel("patch", ""))}, false},
		{"patch ports of a vedge", remoteEnds("ports", []string{"1"}, true), map[string]any{"ports": list(tunnel("vxlan", "1"), tunnel("patch", ""))}, true},
		{"one tunnel lost", remoteEnds("ports", []string{"1", "2"}, false), map[string]any{"ports": list(tunnel("vxlan", "1"))}, false},
	} {
		if got := c.holds(c.doc); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
