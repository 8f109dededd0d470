package scan

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"calipso/collect"
	"calipso/graph"
	"calipso/graph/kv/memory"
)

// cloud is a source that a test changes between scans: an API that lists
// regions, zones, hosts and networks, and hosts that list their bridges.
type cloud struct {
	hosts     []string
	networks  []string
	bridges   map[string][]string // by host
	closed    error               // Open fails
	fails     map[string]error    // by part
	panics    string              // part
	extra     bool                // the enrichment states an attribute
	unclaimed bool                // hostcli is not configured
	attrs     graph.Attrs         // further attributes of the hosts
}

func newCloud() *cloud {
	return &cloud{
		hosts: []string{"h1", "h2"}, networks: []string{"n1"}, fails: map[string]error{}, extra: true,
		bridges: map[string][]string{"h1": {"qbr1", "qbr2"}, "h2": {"qbr3"}},
	}
}

type api struct{ *cloud }

func (api) Name() string                         { return "api" }
func (api) Configured(*graph.Environment) bool   { return true }
func (api) Close() error                         { return nil }
func (api) Test(context.Context) []collect.Check { return nil }
func (a api) Open(_ context.Context, _ *graph.Environment, opt collect.Options) (collect.Conn, error) {
	opt.Observe(collect.Call{Source: "api", Target: "identity", Op: "POST", Bytes: 7})
	return a, a.closed
}

func (a api) part(name string) error {
	if a.panics == name {
		panic("index out of range")
	}
	return a.fails[name]
}

func (a api) Fetchers() []collect.Fetcher {
	region := collect.RegionID("R")
	return []collect.Fetcher{
		{Name: "api.regions", Parent: graph.Root, Yields: []graph.VertexType{graph.Region}, Fetch: func(context.Context, *graph.Vertex) ([]*graph.Vertex, error) {
			return []*graph.Vertex{{ID: region, Type: graph.Region, Name: "R"}}, a.part("api.regions")
		}},
		{Name: "api.hosts", Parent: graph.Region, Yields: []graph.VertexType{graph.Host, graph.AvailabilityZone}, Fetch: func(context.Context, *graph.Vertex) ([]*graph.Vertex, error) {
			out := []*graph.Vertex{{ID: "zone|z", Type: graph.AvailabilityZone, Name: "z", Parent: region}}
			for _, h := range a.hosts {
				v := &graph.Vertex{ID: graph.ID(h), Type: graph.Host, Name: h, Parent: "zone|z", Attrs: graph.Attrs{"host_type": []string{"Compute"}}}
				maps.Copy(v.Attrs, a.attrs)
				out = append(out, v)
			}
			return out, a.part("api.hosts")
		}},
		{Name: "api.networks", Parent: graph.Region, Yields: []graph.VertexType{graph.Project, graph.Network}, Fetch: func(context.Context, *graph.Vertex) ([]*graph.Vertex, error) {
			out := []*graph.Vertex{{ID: "p", Type: graph.Project, Name: "p"}}
			for _, n := range a.networks {
				out = append(out, &graph.Vertex{ID: graph.ID(n), Type: graph.Network, Name: n, Parent: "p", Attrs: graph.Attrs{"project_id": "p", "network": n}})
			}
			return out, a.part("api.networks")
		}},
	}
}

type hosts struct{ *cloud }

func (hosts) Name() string                         { return "cli" }
func (h hosts) Configured(*graph.Environment) bool { return !h.unclaimed }
func (hosts) Close() error                         { return nil }
func (hosts) Test(context.Context) []collect.Check { return nil }
func (h hosts) Open(context.Context, *graph.Environment, collect.Options) (collect.Conn, error) {
	return h, nil
}

func (h hosts) Fetchers() []collect.Fetcher {
	return []collect.Fetcher{
		{Name: "cli.os", Parent: graph.Host, Yields: []graph.VertexType{graph.Host}, Fetch: func(_ context.Context, p *graph.Vertex) ([]*graph.Vertex, error) {
			out := &graph.Vertex{ID: p.ID, Type: graph.Host}
			if h.extra {
				out.Attrs = graph.Attrs{"OS": map[string]any{"name": "Debian"}}
			}
			return []*graph.Vertex{out}, api(h).part("cli.os@" + p.Name)
		}},
		{Name: "cli.bridges", Parent: graph.Host, Yields: []graph.VertexType{graph.VConnector}, Fetch: func(_ context.Context, p *graph.Vertex) ([]*graph.Vertex, error) {
			var out []*graph.Vertex
			for _, b := range h.bridges[p.Name] {
				out = append(out, &graph.Vertex{ID: collect.VConnectorID(p.Name, b, "8000.1"), Type: graph.VConnector, Name: p.Name + "-" + b, Host: p.Name, Parent: p.ID})
			}
			return out, api(h).part("cli.bridges@" + p.Name)
		}},
	}
}

// bench is a scanner over a fresh store, for one cloud.
type bench struct {
	*testing.T
	*cloud
	store *graph.Store
	n     int
}

func newBench(t *testing.T) *bench {
	t.Helper()
	store, err := graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return &bench{T: t, cloud: newCloud(), store: store}
}

func (b *bench) scan(edit ...func(*Request)) *Report {
	b.Helper()
	b.n++
	req := Request{Env: &graph.Environment{Name: "lab"}, ID: fmt.Sprintf("s%d", b.n)}
	for _, e := range edit {
		e(&req)
	}
	s := New(b.store, Options{Providers: []collect.Provider{api{b.cloud}, hosts{b.cloud}}, Clock: func() time.Time { return time.Unix(int64(1000+b.n), 0) }})
	rep, err := s.Run(b.Context(), req)
	if err != nil {
		b.Fatal(err)
	}
	return rep
}

// ids lists what the store holds of the given types.
func (b *bench) ids(types ...graph.VertexType) string {
	b.Helper()
	view, err := b.store.View(b.Context(), "lab", graph.Now)
	if err != nil {
		b.Fatal(err)
	}
	var out []string
	for v, err := range view.Vertices(b.Context(), types...) {
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, string(v.ID))
	}
	return strings.Join(out, " ")
}

func (b *bench) vertex(id graph.ID) *graph.Vertex {
	b.Helper()
	view, err := b.store.View(b.Context(), "lab", graph.Now)
	if err != nil {
		b.Fatal(err)
	}
	v, err := view.Vertex(b.Context(), id)
	if err != nil {
		b.Fatal(err)
	}
	return v
}

func (b *bench) want(what, got, want string) {
	b.Helper()
	if got != want {
		b.Errorf("%s: got %s, want %s", what, got, want)
	}
}

const allBridges = "h1-qbr1-8000.1 h1-qbr2-8000.1 h2-qbr3-8000.1"

func TestScanStoresTheTreeWithItsFolders(t *testing.T) {
	b := newBench(t)
	rep := b.scan()
	b.want("status", string(rep.Status), string(Completed))
	b.want("bridges", b.ids(graph.VConnector), allBridges)
	b.want("parent of a bridge", string(b.vertex("h1-qbr1-8000.1").Parent), "h1-vconnectors")
	b.want("parent of that folder", string(b.vertex("h1-vconnectors").Parent), "h1")
	b.want("parent of the region", string(b.vertex("region|R").Parent), "lab-regions")
	b.want("parent of the regions", string(b.vertex("lab-regions").Parent), "")
	b.want("part", b.vertex("h1-qbr1-8000.1").Part, "cli.bridges@h1")
	if rep.Calls() != 1 || rep.Sources[0].Bytes != 7 {
		t.Errorf("sources %+v", rep.Sources)
	}
	if b.vertex("h1").Attrs.Map("OS").String("name") != "Debian" {
		t.Error("the enrichment of h1 is missing")
	}
}

func TestSecondScanWritesNothing(t *testing.T) {
	b := newBench(t)
	b.scan()
	rep := b.scan()
	if rep.Commit != graph.Now || rep.Changes != (Tally{}) {
		t.Errorf("changes %+v at %v", rep.Changes, rep.Commit)
	}
}

func TestFailedPartCostsItselfOnly(t *testing.T) {
	b := newBench(t)
	b.scan()
	b.fails["cli.bridges@h1"] = errors.New("connection refused")
	b.bridges["h1"], b.bridges["h2"] = nil, []string{"qbr4"}
	rep := b.scan()
	b.want("status", string(rep.Status), string(CompletedWithErrors))
	b.want("bridges", b.ids(graph.VConnector), "h1-qbr1-8000.1 h1-qbr2-8000.1 h2-qbr4-8000.1")
	if errs := rep.Errors(); len(errs) != 1 || errs[0].Host != "h1" || errs[0].Kept != 2 || errs[0].Error != "connection refused" {
		t.Errorf("errors %+v", errs)
	}
	for _, o := range rep.Objects {
		if o.Type == "vconnector" && (o.Stale != 2 || o.Count != 3) {
			t.Errorf("tally %+v", o)
		}
	}
	b.want("state", b.part("cli.bridges@h1").String("state"), "failed")

	delete(b.fails, "cli.bridges@h1")
	b.scan()
	b.want("bridges after it answers", b.ids(graph.VConnector), "h2-qbr4-8000.1")
	b.want("state", b.part("cli.bridges@h1").String("state"), "ok")
}

func (b *bench) part(name string) graph.Attrs {
	b.Helper()
	view, err := b.store.View(b.Context(), "lab", graph.Now)
	if err != nil {
		b.Fatal(err)
	}
	d, err := view.Document(b.Context(), graph.Parts, name)
	if err != nil {
		b.Fatal(err)
	}
	return d.Body
}

func TestPanicIsAnErrorOfItsPart(t *testing.T) {
	b := newBench(t)
	b.scan()
	b.panics = "cli.bridges@h2"
	rep := b.scan()
	if errs := rep.Errors(); len(errs) != 1 || !strings.Contains(errs[0].Error, "index out of range") {
		t.Errorf("errors %+v", errs)
	}
	b.want("bridges", b.ids(graph.VConnector), allBridges)
}

func TestHostsFailedYetTheirBridgesAreAskedFor(t *testing.T) {
	b := newBench(t)
	b.scan()
	b.fails["api.hosts"] = nil
	b.fails["api.hosts"] = errors.New("HTTP 500")
	b.bridges["h1"] = []string{"qbr9"}
	rep := b.scan()
	b.want("hosts", b.ids(graph.Host), "h1 h2")
	b.want("bridges", b.ids(graph.VConnector), "h1-qbr9-8000.1 h2-qbr3-8000.1")
	if len(rep.Errors()) != 1 {
		t.Errorf("errors %+v", rep.Errors())
	}
}

func TestSourceThatDoesNotOpenLosesNothing(t *testing.T) {
	b := newBench(t)
	b.scan()
	before := b.ids()
	b.closed = fmt.Errorf("http://10.0.0.1:5000: %w", collect.ErrAuth)
	b.bridges["h2"] = []string{"qbr3", "qbr5"}
	rep := b.scan()
	b.want("all but the new one", strings.Replace(b.ids(), "h2-qbr5-8000.1 ", "", 1), before)
	if errs := rep.Errors(); len(errs) != 1 || errs[0].Name != "api" {
		t.Errorf("errors %+v", errs)
	}
}

func TestWhatIsGoneGoesWithWhatHangsUnderIt(t *testing.T) {
	b := newBench(t)
	b.scan()
	b.hosts = []string{"h1"}
	b.networks = nil
	rep := b.scan()
	b.want("bridges", b.ids(graph.VConnector), "h1-qbr1-8000.1 h1-qbr2-8000.1")
	if strings.Contains(b.ids(), "h2") || strings.Contains(b.ids(), "n1") {
		t.Errorf("left over: %s", b.ids())
	}
	if rep.Changes.Removed == 0 || rep.Changes.Added != 0 {
		t.Errorf("changes %+v", rep.Changes)
	}
}

func TestGoneParentTakesStaleChildren(t *testing.T) {
	b := newBench(t)
	b.scan()
	b.hosts = []string{"h1"}
	b.fails["cli.bridges@h2"] = errors.New("never asked: the host is gone")
	b.scan()
	b.want("bridges", b.ids(graph.VConnector), "h1-qbr1-8000.1 h1-qbr2-8000.1")
}

func TestFailedEnrichmentKeepsItsAttributes(t *testing.T) {
	b := newBench(t)
	b.scan()
	b.fails["cli.os@h1"] = errors.New("timeout")
	b.extra = false
	b.scan()
	if b.vertex("h1").Attrs.Map("OS") == nil {
		t.Error("h1 lost what only the failed part could tell")
	}
	if b.vertex("h2").Attrs.Map("OS") != nil {
		t.Error("h2 kept what its part no longer states")
	}
}

func TestSourceNoLongerConfiguredKeepsItsObjects(t *testing.T) {
	b := newBench(t)
	b.scan()
	b.unclaimed = true
	b.scan()
	b.want("bridges", b.ids(graph.VConnector), allBridges)
}

func TestClearForgetsWhatFails(t *testing.T) {
	b := newBench(t)
	b.scan()
	b.fails["cli.bridges@h1"] = errors.New("connection refused")
	b.scan(func(r *Request) { r.Clear = true })
	b.want("bridges", b.ids(graph.VConnector), "h2-qbr3-8000.1")
}

func TestScanOfOneObjectTouchesOnlyItsSubtree(t *testing.T) {
	b := newBench(t)
	b.scan()
	b.networks = []string{"n2"}
	b.bridges = map[string][]string{"h1": {"qbr1", "qbr7"}, "h2": {"qbr8"}}
	b.scan(func(r *Request) { r.Object = "h1" })
	b.want("bridges", b.ids(graph.VConnector), "h1-qbr1-8000.1 h1-qbr7-8000.1 h2-qbr3-8000.1")
	b.want("networks", b.ids(graph.Network), "n1")
}

func TestScanOfAnUnknownObject(t *testing.T) {
	b := newBench(t)
	s := New(b.store, Options{Providers: []collect.Provider{api{b.cloud}}})
	rep, err := s.Run(t.Context(), Request{Env: &graph.Environment{Name: "lab"}, Object: "nobody"})
	if !errors.Is(err, graph.ErrNotFound) || rep.Status != Failed {
		t.Errorf("status %s, error %v", rep.Status, err)
	}
}

func TestImportedObjectsStayUntilACompleteScanDisprovesThem(t *testing.T) {
	b := newBench(t)
	_, err := b.store.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseImport}, &graph.Batch{Put: []*graph.Vertex{
		{ID: "old-bridge", Type: graph.VConnector, Name: "old"}, {ID: "rack", Type: "rack", Name: "rack"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	b.fails["cli.bridges@h1"] = errors.New("no")
	b.scan()
	b.want("after an incomplete scan", b.ids(graph.VConnector, "rack"), "h2-qbr3-8000.1 old-bridge rack")
	delete(b.fails, "cli.bridges@h1")
	b.scan()
	b.want("after a complete one", b.ids(graph.VConnector, "rack"), allBridges+" rack")
}

func TestInterruptedScanChangesNothing(t *testing.T) {
	b := newBench(t)
	b.scan()
	before := b.ids()
	ctx, cancel := context.WithCancel(t.Context())
	b.networks = []string{"n2", "n3"}
	s := New(b.store, Options{Providers: []collect.Provider{api{b.cloud}}})
	rep, err := s.Run(ctx, Request{Env: &graph.Environment{Name: "lab"}, Progress: func(p Progress) {
		if p.Phase == "inventory" {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || rep.Status != Aborted {
		t.Errorf("status %s, error %v", rep.Status, err)
	}
	b.want("objects", b.ids(), before)
}

func TestHeartBeatsAloneChangeNothing(t *testing.T) {
	b := newBench(t)
	b.attrs = graph.Attrs{"services": map[string]any{"nova-compute": map[string]any{"active": true, "updated_at": "10:00"}}}
	b.scan()
	b.attrs = graph.Attrs{"services": map[string]any{"nova-compute": map[string]any{"active": true, "updated_at": "10:05"}}}
	if rep := b.scan(); rep.Commit != graph.Now {
		t.Errorf("changes %+v", rep.Changes)
	}
	b.attrs = graph.Attrs{"services": map[string]any{"nova-compute": map[string]any{"active": false, "updated_at": "10:10"}}}
	if rep := b.scan(); rep.Changes.Changed != 2 {
		t.Errorf("changes %+v, want both hosts", rep.Changes)
	}
}

func TestNoSourceAnswers(t *testing.T) {
	b := newBench(t)
	b.scan()
	before := b.ids()
	b.closed, b.unclaimed = collect.ErrUnreachable, true
	rep := b.scan()
	b.want("status", string(rep.Status), string(Failed))
	b.want("objects", b.ids(), before)
}
