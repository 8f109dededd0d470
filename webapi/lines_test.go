package webapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"calipso/graph"
	"calipso/webapi/webapitest"
)

// request asks for an answer in lines.
func lineRequest(ctx context.Context, t *testing.T, s *webapitest.Test, method, path, body, token string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", token)
	r.Header.Set("Accept", "application/x-ndjson")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	answer, err := s.Client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	return answer
}

// What comes in lines is what comes in pages.
func TestLinesAreThePages(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{Hosts: 12, Instances: 25})
	token := s.Bearer(webapitest.ViewerName)
	lab := "/api/v1/environments/lab"
	for _, list := range []string{lab + "/objects?", lab + "/objects?type=vnic&host=node-2", lab + "/objects?parent=node-1-instances", lab + "/links?", lab + "/links?type=vedge-otep",
		lab + "/links?source=" + instanceID, lab + "/links?target=node-1-otep", lab + "/links?type=vnic-vedge&target=node-1-otep"} {
		var want []string
		for cursor := ""; ; {
			_, _, body := s.Send(t, webapitest.Scenario{Path: list + "&limit=100&cursor=" + cursor}, token)
			var page struct {
				Items []json.RawMessage
				Next  string `json:"next_cursor"`
			}
			if err := json.Unmarshal(body, &page); err != nil {
				t.Fatal(err)
			}
			for _, i := range page.Items {
				want = append(want, string(i))
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		answer := lineRequest(t.Context(), t, s, http.MethodGet, list, "", token)
		if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "application/x-ndjson" {
			t.Fatalf("%s: %s %v", list, answer.Status, answer.Header)
		}
		got := map[string]bool{}
		n := 0
		for in := bufio.NewScanner(answer.Body); in.Scan(); n++ {
			got[in.Text()] = true
		}
		if n != len(want) || len(got) != n {
			t.Errorf("%s: %d lines, %d different ones, %d items in pages", list, n, len(got), len(want))
		}
		for _, w := range want {
			if !got[w] {
				t.Errorf("%s: no line is %s", list, w)
				break
			}
		}
	}
	for path, status := range map[string]int{lab + "/objects?at=2001-01-01": 404, lab + "/objects?parent=gone": 404, lab + "/links?source=gone": 404, "/api/v1/environments/vault/objects": 404} {
		answer := lineRequest(t.Context(), t, s, http.MethodGet, path, "", s.Bearer(webapitest.GuestName))
		if answer.StatusCode != status || answer.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s %v", path, answer.Status, answer.Header)
		}
	}
}

func TestTraverseInLines(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{Hosts: 12, Instances: 25})
	token := s.Bearer(webapitest.ViewerName)
	path, body := "/api/v1/environments/lab/traverse", `{"start":["node-1-otep"],"max_depth":%d,"limit":%d}`
	var whole struct {
		Nodes, Links []json.RawMessage
		Truncated    bool
	}
	_, _, text := s.Send(t, webapitest.Scenario{Path: path, Body: fmt.Sprintf(body, 4, 1000)}, token)
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err, string(text))
	}
	count := func(depth, limit int) (nodes, links int, end string) {
		answer := lineRequest(t.Context(), t, s, http.MethodPost, path, fmt.Sprintf(body, depth, limit), token)
		in := bufio.NewScanner(answer.Body)
		in.Buffer(nil, 1<<20)
		for in.Scan() {
			switch end = in.Text(); {
			case strings.HasPrefix(end, `{"node":`):
				nodes++
			case strings.HasPrefix(end, `{"link":`):
				links++
			}
		}
		return nodes, links, end
	}
	if n, l, end := count(4, 1000); n != len(whole.Nodes) || l != len(whole.Links) || end != `{"truncated":false}` || n < 20 {
		t.Errorf("%d nodes of %d, %d links of %d, at the end %s", n, len(whole.Nodes), l, len(whole.Links), end)
	}
	if n, l, end := count(30, 2000); n <= 1000 || l <= 1000 || end != `{"truncated":false}` {
		t.Errorf("all: %d nodes, %d links, at the end %s", n, l, end)
	}
	if n, _, end := count(30, 50); n != 50 || end != `{"truncated":true}` {
		t.Errorf("50: %d nodes, at the end %s", n, end)
	}
	s.Run(t, webapitest.Scenario{Name: "too many at once", As: webapitest.ViewerName, Path: path, Body: fmt.Sprintf(body, 4, 2000), Status: 422,
		Contains: []string{"not between 1 and 1000"}})
}

// A client that leaves in the middle ends the work on its answer.
func TestLinesEndWithTheClient(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	text := strings.Repeat("x", 20_000)
	var b graph.Batch
	for i := range 1500 { // more than all buffers on the way hold
		b.Put = append(b.Put, &graph.Vertex{ID: graph.ID(fmt.Sprint("big", i)), Type: graph.Aggregate, Attrs: graph.Attrs{"text": text}})
	}
	if _, err := s.Store.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseUser}, &b); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	answer := lineRequest(ctx, t, s, http.MethodGet, "/api/v1/environments/lab/objects?type=aggregate", "", s.Bearer(webapitest.ViewerName))
	if _, err := bufio.NewReader(answer.Body).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := io.Copy(io.Discard, answer.Body); err == nil {
		t.Error("the answer went on")
	}
	// The server waits for answers under way when it ends: it ends at once.
}

func TestQueriesOfTheGraph(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	before := s.Store.Last("lab")
	lab := "/api/v1/environments/lab"
	traverse := func(rest string) string {
		return `{"start":["` + instanceID + `"],"max_depth":9,` + rest + `}`
	}
	for _, c := range []webapitest.Scenario{
		{Name: "neighbours", Path: lab + "/objects/node-1-otep/neighbors?depth=2&direction=in", Status: 200, Want: map[string]string{"nodes.0.id": `"node-1-otep"`, "nodes.1.depth": "1", "truncated": "false"}},
		{Name: "neighbours of one type", Path: lab + "/objects/node-1-otep/neighbors?type=host_pnic", Status: 200, Want: map[string]string{"nodes.#": "2", "nodes.1.type": `"host_pnic"`}},
		{Name: "neighbours of nothing", Path: lab + "/objects/gone/neighbors", Status: 404},
		{Name: "too deep", Path: lab + "/objects/node-1-otep/neighbors?depth=65", Status: 422, Want: map[string]string{"errors.0.location": `"query.depth"`}},
		{Name: "a filter ends the walk", Path: lab + "/traverse", Body: traverse(`"filters":[{"field":"type","op":"in","value":["vnic","otep"]}]`), Status: 200, Want: map[string]string{"nodes.#": "2"}},
		{Name: "a filter is walked through", Path: lab + "/traverse", Body: traverse(`"object_types":["vnic","vconnector","vedge","otep"],"filters":[{"field":"type","op":"eq","value":"otep"}],"unmatched":"pass"`), Status: 200,
			Want: map[string]string{"nodes.#": "2", "nodes.1.type": `"otep"`, "nodes.1.depth": "4", "links.#": "0"}},
		{Name: "no such operation", Path: lab + "/traverse", Body: traverse(`"filters":[{"field":"type","op":"like","value":"x"}]`), Status: 422, Want: map[string]string{"errors.0.location": `"body.filters[0].op"`}},
		{Name: "no such value", Path: lab + "/traverse", Body: traverse(`"filters":[{"field":"type","op":"eq","value":"x"},{"field":"mtu","op":"gt"}]`), Status: 422,
			Want: map[string]string{"errors.0.location": `"filters[1].value"`}, Contains: []string{"gt wants a number"}},
		{Name: "cliques that contain an endpoint", Path: lab + "/cliques?contains=node-1-otep&type=instance", Status: 200, Want: map[string]string{
			"items.#": "2", "items.0.focal_point.type": `"instance"`, "items.0.clique_type_name": `"instance"`, "next_cursor": "absent"}},
		{Name: "then", Path: lab + "/cliques?contains=node-1-otep&type=instance&limit=1&at=" + before.String(), Status: 200, Contains: []string{"next_cursor"}},
		{Name: "cliques that contain nothing", Path: lab + "/cliques?contains=gone", Status: 404},
		{Name: "cliques of what", Path: lab + "/cliques", Status: 422, Want: map[string]string{"errors.0.location": `"query.contains"`}},
	} {
		c.As = webapitest.ViewerName
		s.Run(t, c)
	}
}
