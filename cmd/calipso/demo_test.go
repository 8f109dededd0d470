package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

type hits struct {
	Items []searchHit `json:"items"`
	Total int         `json:"total"`
}

// TestDemo is the main job on the demonstration clouds: scan, search, chain.
func TestDemo(t *testing.T) {
	dir := t.TempDir()
	p := start(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "warn")
	url := strings.TrimPrefix(p.until("listening on "), "listening on ")
	p.until("the demonstration clouds are there")
	on := func(args ...string) []string { return append([]string{"--data-dir", dir}, args...) }

	list := must(t, on("env", "list")...)
	for _, env := range []string{"demo", "demo-linuxbridge"} {
		if !strings.Contains(list, env+" ") {
			t.Errorf("no %s in\n%s", env, list)
		}
	}
	if said := must(t, on("env", "test", "demo")...); !strings.Contains(said, "OpenStack network") {
		t.Errorf("endpoints of the demonstration cloud:\n%s", said)
	}
	found := mustJSON[hits](t, on("search", "web-1", "--type", "instance", "--env", "demo")...)
	if found.Total == 0 || found.Items[0].Name != "web-1" {
		t.Fatalf("search by name found %+v", found)
	}
	id := found.Items[0].ID
	var object struct {
		MACs      []string `json:"mac_addresses"`
		Addresses []struct {
			Addresses []struct{ Addr string } `json:"addresses"`
		} `json:"addresses"`
	}
	if err := json.Unmarshal([]byte(must(t, on("show", "demo", id, "--json")...)), &object); err != nil {
		t.Fatal(err)
	}
	if len(object.MACs) == 0 || len(object.Addresses) == 0 || len(object.Addresses[0].Addresses) == 0 {
		t.Fatalf("the instance has no MAC or address: %+v", object)
	}
	for _, text := range []string{id, "eb-1", strings.ToUpper(strings.ReplaceAll(object.MACs[0], ":", "-")), object.Addresses[0].Addresses[0].Addr} {
		got := mustJSON[hits](t, on("search", text, "--env", "demo")...)
		if !slices.ContainsFunc(got.Items, func(h searchHit) bool { return h.ID == id }) {
			t.Errorf("search %q does not find the instance: %+v", text, got)
		}
	}

	chain := must(t, on("clique", "demo", id)...)
	for _, step := range []string{"instance web-1", "vnic tap", "vconnector ", "vedge ", "otep ", "host_pnic eth1", "network "} {
		if !strings.Contains(chain, step) {
			t.Errorf("no %q in the chain\n%s", step, chain)
		}
	}
	type clique struct {
		Nodes []struct{ ID string }
		Links []struct {
			Source string `json:"source_id"`
			Target string `json:"target_id"`
			Type   string `json:"link_type"`
		}
	}
	fromCLI := mustJSON[clique](t, on("clique", "demo", id)...)
	token := strings.TrimSpace(must(t, on("token", "create", "test")...))
	var fromAPI clique
	getJSON(t, url+"/api/v1/environments/demo/cliques/"+id, token, &fromAPI)
	if len(fromAPI.Nodes) < 7 || !slices.Equal(fromAPI.Nodes, fromCLI.Nodes) || !slices.Equal(fromAPI.Links, fromCLI.Links) {
		t.Errorf("the API's clique %+v differs from the command's %+v", fromAPI, fromCLI)
	}

	in := mustJSON[struct{ Items []membershipRow }](t, on("clique", "demo", fromCLI.Nodes[1].ID, "--containing", "--type", "instance")...)
	if len(in.Items) != 1 || in.Items[0].FocalPoint.ID != id || in.Items[0].Nodes != len(fromCLI.Nodes) {
		t.Errorf("cliques that contain the first vNIC: %+v", in.Items)
	}
	if out := must(t, on("clique", "demo", id, "--containing")...); !strings.Contains(out, "instance") || !strings.Contains(out, "in all") {
		t.Error(out)
	}
	around := must(t, on("neighbors", "demo", id, "--depth", "9", "--filter", "type in vnic,host_pnic", "--filter", "name", "--through")...)
	if !strings.Contains(around, "vnic tap") || !strings.Contains(around, "links away") || !strings.Contains(around, "host_pnic") || strings.Contains(around, "vedge ") {
		t.Error(around)
	}
	if code, _, errText := calipso(t, on("neighbors", "demo", id, "--filter", "=x")...); code != exitError || !strings.Contains(errText, "FIELD=VALUE") {
		t.Errorf("exit %d: %s", code, errText)
	}

	code, out, _ := calipso(t, on("scan", "demo")...)
	if code != exitDone || !strings.Contains(out, "completed") || strings.Contains(out, " 0 added, 0 changed, 0 removed") {
		t.Errorf("the cloud has changed, but its second scan (exit %d) says\n%s", code, out)
	}
	if code := p.terminate(); code != exitDone {
		t.Errorf("SIGTERM ends the server with %d", code)
	}
	if got := mustJSON[hits](t, on("search", id)...); got.Total == 0 {
		t.Error("without the server, the data directory does not find the instance")
	}
}

func getJSON(t *testing.T, url, token string, out any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", url, resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		t.Fatal(err)
	}
}

// TestKilledInTheMiddleOfAScan: the store opens, the index agrees with it, the
// next scan completes.
func TestKilledInTheMiddleOfAScan(t *testing.T) {
	dir := t.TempDir()
	for round := range 3 {
		p := start(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "debug")
		// Another place of the scan each time.
		p.until([]string{"part failed", "listening on ", "request"}[min(round+1, 1)])
		p.kill()
		counts := mustJSON[[]envSummary](t, "--data-dir", dir, "env", "list")
		for _, e := range counts {
			if e.Objects == 0 {
				continue
			}
			got := mustJSON[hits](t, "--data-dir", dir, "search", "web", "--env", e.Name, "--type", "instance")
			if got.Total == 0 {
				t.Errorf("round %d: %s has %d objects, but no instance is found", round, e.Name, e.Objects)
			}
		}
	}
	p := start(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "warn")
	p.until("the demonstration clouds are there")
	for _, l := range p.said {
		if strings.Contains(l, "environment demo:") && !strings.Contains(l, "scanned in") {
			t.Errorf("the scan after the kills: %s", l)
		}
	}
	if code := p.terminate(); code != exitDone {
		t.Errorf("exit %d", code)
	}
}
