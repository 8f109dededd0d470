package openstack

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"calipso/collect"
	"calipso/graph"
)

// TestLive scans the cloud that LAB_OPENSTACK names
// ("http://user:password@10.0.0.1:5000": an administrator of project admin)
// and compares what it finds with what the services say when asked plainly.
func TestLive(t *testing.T) {
	lab := os.Getenv("LAB_OPENSTACK")
	if lab == "" {
		say := t.Skip
		if slices.Contains(strings.Split(os.Getenv("LAB_REQUIRED"), ","), "openstack") {
			say = t.Fatal
		}
		say("LAB_OPENSTACK is not set: no cloud to scan (make lab-openstack)")
	}
	u, err := url.Parse(lab)
	if err != nil {
		t.Fatal("LAB_OPENSTACK is no URL")
	}
	password, _ := u.User.Password()
	env := environment(t, Section, map[string]any{
		"host": u.Hostname(), "port": u.Port(), "user": u.User.Username(), "pwd": password,
	})
	var mu sync.Mutex
	calls := 0
	opened, err := Provider{}.Open(t.Context(), env, collect.Options{Observe: func(call collect.Call) {
		mu.Lock()
		defer mu.Unlock()
		calls++
		if call.Err != nil {
			t.Errorf("%+v", call)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	conn := opened.(*Conn)
	for _, check := range conn.Test(t.Context()) {
		t.Logf("%s: %s %v", check.Target, check.Detail, check.Err)
		if check.Err != nil {
			t.Errorf("%s: %v", check.Target, check.Err)
		}
	}
	regions, err := fetch(t.Context(), conn, "openstack.regions", "")
	if err != nil {
		t.Fatal(err)
	}
	region := regions[0].Name
	draft := graph.NewDraft()
	found := map[string]int{}
	var list []*graph.Vertex
	for _, f := range conn.Fetchers() {
		some, err := fetch(t.Context(), conn, f.Name, region)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		found[f.Name] = len(some)
		list = append(list, some...)
	}
	t.Logf("%d calls, found %v", calls, found)
	for _, v := range list {
		if draft.Get(v.ID) == nil || v.Parent != "" {
			draft.Put(v)
		}
	}
	for _, v := range list {
		service := v.Type == graph.Network && draft.Get(v.Parent) == nil // of a service's project
		if v.Parent != "" && draft.Get(v.Parent) == nil && !service {
			t.Errorf("%s %s hangs under %s, which was not found", v.Type, v.ID, v.Parent)
		}
	}
	plain := newPlainClient(t, conn, u.User.Username(), password)
	for name, l := range map[string]listing{
		"openstack.networks": listNetworks, "openstack.ports": listPorts, "openstack.network_agents": listAgents,
	} {
		if want := plain.count(region, l); found[name] != want {
			t.Errorf("%s: %d found, %d counted", name, found[name], want)
		}
	}
	if want := plain.count(region, listServers); found["openstack.instances"] > want || want > 0 && found["openstack.instances"] == 0 {
		t.Errorf("%d instances found, %d servers counted", found["openstack.instances"], want)
	}
	if want := plain.count(region, listHypervisors); found["openstack.hosts"] < want || found["openstack.resources"] != want {
		t.Errorf("%d hosts, %d with resources, %d hypervisors counted", found["openstack.hosts"], found["openstack.resources"], want)
	}
}

// plainClient asks without any of our code but the catalogue's.
type plainClient struct {
	t     *testing.T
	conn  *Conn
	token string
}

func newPlainClient(t *testing.T, conn *Conn, user, password string) *plainClient {
	t.Helper()
	domain := map[string]any{"name": "Default"}
	body, _ := json.Marshal(map[string]any{"auth": map[string]any{
		"identity": map[string]any{"methods": []string{"password"}, "password": map[string]any{
			"user": map[string]any{"name": user, "password": password, "domain": domain}}},
		"scope": map[string]any{"project": map[string]any{"name": "admin", "domain": domain}},
	}})
	resp, err := http.Post(conn.set.identity.String()+"auth/tokens", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return &plainClient{t, conn, resp.Header.Get("X-Subject-Token")}
}

func (p *plainClient) count(region string, l listing) int {
	p.t.Helper()
	s, err := p.conn.login(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	at, err := p.conn.endpoint(s, region, l.service)
	if err != nil {
		p.t.Fatal(err)
	}
	if l.service == "network" {
		at += "v2.0/"
	}
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, at+l.path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", p.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	var doc map[string][]any
	if err := json.NewDecoder(resp.Body).Decode(&doc); err != nil {
		p.t.Fatalf("%s: %v", l.path, err)
	}
	return len(doc[l.key])
}
