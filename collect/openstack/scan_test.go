package openstack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"calipso/collect"
	"calipso/graph"
)

// A whole scan asks for each list once and keeps its requests few at a time.
func TestWholeScan(t *testing.T) {
	c := newCloud(t)
	var mu sync.Mutex
	var seen []collect.Call
	conn, pauses := c.open(t, nil, collect.Options{Observe: func(call collect.Call) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, call)
	}}, tuning{})
	var g errgroup.Group
	for _, f := range conn.Fetchers() {
		for range 2 { // asked twice: still read once
			g.Go(func() error {
				_, err := fetch(t.Context(), conn, f.Name, "RegionOne")
				return err
			})
		}
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"GET /compute/v2.1/",
		"GET /compute/v2.1/os-aggregates compute 2.90",
		"GET /compute/v2.1/os-availability-zone/detail compute 2.90",
		"GET /compute/v2.1/os-hypervisors/detail?limit=1000 compute 2.87",
		"GET /compute/v2.1/os-services compute 2.90",
		"GET /compute/v2.1/servers/detail?all_tenants=1&limit=1000 compute 2.90",
		"GET /identity/v3/projects?enabled=true",
		"GET /identity/v3/regions",
		"GET /network/v2.0/agents?limit=1000",
		"GET /network/v2.0/floatingips?limit=1000",
		"GET /network/v2.0/networks?limit=1000",
		"GET /network/v2.0/ports?limit=1000",
		"GET /network/v2.0/routers?limit=1000",
		"GET /network/v2.0/subnets?limit=1000",
		"GET /network/v2.0/trunks?limit=1000",
		"GET /placement/resource_providers placement 1.14",
		"POST /identity/v3/auth/tokens",
	}
	var lists []string
	for _, call := range c.calls() {
		if !strings.HasPrefix(call, "GET /placement/resource_providers/") {
			lists = append(lists, call)
		}
	}
	if d := cmp.Diff(want, lists); d != "" {
		t.Errorf("calls, -want +got:\n%s", d)
	}
	all := len(c.calls())
	if all-len(lists) != 2*2*4 { // two calls for each of 4 hosts; resources was asked twice
		t.Errorf("%d calls for inventories and usages of 4 hosts, asked twice", all-len(lists))
	}
	if len(seen) != all {
		t.Errorf("observed %d calls of %d", len(seen), all)
	}
	for _, call := range seen {
		if call.Source != "openstack" || call.Target == "" || call.Bytes == 0 || call.Err != nil || strings.ContainsAny(call.Op, "?=") {
			t.Errorf("observed %+v", call)
		}
	}
	if c.mu.busiest > 4 {
		t.Errorf("%d requests at a time", c.mu.busiest)
	}
	if len(pauses.list) > 0 {
		t.Errorf("paused %v", pauses.list)
	}
}

// A refused call costs the fetchers that need it, and no other.
func TestOneRefusal(t *testing.T) {
	for path, want := range map[string][]string{
		"/compute/v2.1/os-services":           {"openstack.aggregates", "openstack.hosts", "openstack.network_agents"},
		"/compute/v2.1/os-aggregates":         {"openstack.aggregates"},
		"/compute/v2.1/servers/detail":        {"openstack.instances"},
		"/compute/v2.1/os-hypervisors/detail": {"openstack.hosts", "openstack.resources"},
		"/network/v2.0/agents":                {"openstack.hosts", "openstack.network_agents"},
		"/network/v2.0/routers":               {"openstack.routers"},
		"/network/v2.0/trunks":                nil,
		"/network/v2.0/floatingips":           nil,
		"/identity/v3/projects":               {"openstack.projects"},
		"/identity/v3/regions":                {"openstack.region_details"},
		"/placement/resource_providers":       {"openstack.resources"},
	} {
		t.Run(path, func(t *testing.T) {
			c := newCloud(t)
			c.put("GET "+path, answer{status: 403})
			conn, _ := c.open(t, nil, collect.Options{}, tuning{})
			var failed []string
			for _, f := range conn.Fetchers() {
				if _, err := fetch(t.Context(), conn, f.Name, "RegionOne"); err != nil {
					failed = append(failed, f.Name)
				}
			}
			if d := cmp.Diff(want, failed); d != "" {
				t.Errorf("failed, -want +got:\n%s", d)
			}
		})
	}
}

// More servers than fit a page come as several, whose links name a host of the
// inside and another scheme.
func TestPages(t *testing.T) {
	c := newCloud(t)
	page := func(from, to int, next string) answer {
		var list []any
		for i := from; i < to; i++ {
			list = append(list, map[string]any{"id": fmt.Sprintf("i%04d", i), "name": "s", "OS-EXT-SRV-ATTR:host": "node-1"})
		}
		body := map[string]any{"servers": list}
		if next != "" {
			body["servers_links"] = []any{
				map[string]any{"rel": "previous", "href": "x"},
				map[string]any{"rel": "next", "href": "https://inside.example/v2.1/servers/detail?" + next},
			}
		}
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return answer{status: 200, raw: b}
	}
	c.put("GET /compute/v2.1/servers/detail", page(0, 1000, "limit=1000&marker=i0999"), page(1000, 1001, ""))
	conn, _ := c.open(t, nil, collect.Options{}, tuning{})
	list, err := fetch(t.Context(), conn, "openstack.instances", "RegionOne")
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1001 || list[1000].ID != "i1000" {
		t.Errorf("%d instances, last %v", len(list), list[len(list)-1].ID)
	}
	for _, call := range c.calls() {
		if strings.Contains(call, "marker") && call != "GET /compute/v2.1/servers/detail?limit=1000&marker=i0999 compute 2.90" {
			t.Errorf("second page by %s", call)
		}
	}
	// A link that leads back ends in an error, not in a circle; so does one
	// to nowhere.
	for _, next := range []string{"marker=i1", ""} {
		c := newCloud(t)
		body := `{"networks": [{"id": "n"}], "networks_links": [{"rel": "next", "href": "http://h/networks?` + next + `"}]}`
		c.put("GET /network/v2.0/networks", answer{status: 200, raw: []byte(body)})
		conn, _ := c.open(t, nil, collect.Options{}, tuning{})
		_, err := fetch(t.Context(), conn, "openstack.networks", "RegionOne")
		if err == nil || !strings.Contains(err.Error(), "link to the next page") {
			t.Errorf("next=%q: %v", next, err)
		}
	}
}

// What is assembled from Neutron is what Nova keeps in its own cache.
func TestNetworkInfoLikeNova(t *testing.T) {
	b, err := os.ReadFile("testdata/network_info.json")
	if err != nil {
		t.Fatal(err)
	}
	nova, err := graph.ParseJSON(b)
	if err != nil {
		t.Fatal(err)
	}
	c := newCloud(t)
	conn, _ := c.open(t, nil, collect.Options{}, tuning{})
	list, err := fetch(t.Context(), conn, "openstack.instances", "RegionOne")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range list {
		want, ok := nova[string(v.ID)].([]any)
		if !ok {
			t.Fatalf("no recording for %s", v.ID)
		}
		for _, vif := range want { // what Nova alone knows
			m := vif.(map[string]any)
			for _, k := range []string{"qbh_params", "qbg_params", "preserve_on_delete", "delegate_create", "meta"} {
				delete(m, k)
			}
			if m["ovs_interfaceid"] == nil {
				delete(m, "ovs_interfaceid")
			}
			n := m["network"].(map[string]any)
			delete(n, "should_create_bridge")
			delete(n["meta"].(map[string]any), "injected")
			delete(n["meta"].(map[string]any), "should_create_bridge")
		}
		if d := cmp.Diff(want, v.Attrs["network_info"]); d != "" {
			t.Errorf("%s: -nova +ours:\n%s", v.Name, d)
		}
	}
}

func TestApplicationCredential(t *testing.T) {
	c := newCloud(t)
	conn, _ := c.open(t, map[string]any{
		"user": "", "pwd": "", "application_credential_id": "cred-1", "application_credential_secret": "cred-secret",
	}, collect.Options{}, tuning{})
	if _, err := fetch(t.Context(), conn, "openstack.projects", ""); err != nil {
		t.Fatal(err)
	}
}

// Endpoints come from the catalogue unless the configuration says otherwise.
func TestEndpoints(t *testing.T) {
	c := newCloud(t)
	conn, _ := c.open(t, map[string]any{
		"replace_endpoint_host": "fd00::1", "interface": "internal",
		"endpoint_override": map[string]any{"placement": "http://other:1/p"},
	}, collect.Options{}, tuning{})
	s, err := conn.login(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	port := c.URL[strings.LastIndex(c.URL, ":"):]
	for service, want := range map[string]string{
		"compute":   "http://[fd00::1]" + port + "/compute/v2.1/",
		"network":   "http://[fd00::1]" + port + "/network/",
		"placement": "http://other:1/p/",
		"identity":  c.URL + "/identity/v3/",
	} {
		if got, err := conn.endpoint(s, "RegionOne", service); got != want || err != nil {
			t.Errorf("%s: %s, %v; want %s", service, got, err, want)
		}
	}
}

// A token never follows a redirection to another host.
func TestRedirection(t *testing.T) {
	c := newCloud(t)
	other := newCloud(t)
	c.put("GET /network/v2.0/agents", answer{
		status: 302, raw: []byte("{}"), header: http.Header{"Location": {other.URL + "/network/v2.0/agents"}},
	})
	conn, _ := c.open(t, nil, collect.Options{}, tuning{})
	if _, err := fetch(t.Context(), conn, "openstack.network_agents", "RegionOne"); err == nil {
		t.Error("no error")
	}
	if calls := other.calls(); len(calls) > 0 {
		t.Errorf("the other host got %v", calls)
	}
}
