package webapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"calipso/graph"
	"calipso/webapi/webapitest"
)

// tell writes n messages to lab, one a minute, of levels in turn.
func tell(t *testing.T, s *webapitest.Test, n int) {
	t.Helper()
	b := &graph.Batch{}
	levels := []string{"info", "warn", "error"}
	for i := range n {
		id := fmt.Sprintf("m-%02d", i)
		b.PutDocs = append(b.PutDocs, &graph.Document{DocKey: graph.DocKey{Collection: graph.Messages, ID: id}, Body: graph.Attrs{
			"id": id, "environment": "lab", "source_system": "Calipso", "level": levels[i%3], "message": fmt.Sprintf("line %d", i),
			"timestamp": webapitest.Started.Add(time.Duration(i) * time.Minute), "related_object": fmt.Sprintf("node-%d", i%2), "viewed": false,
		}})
	}
	if _, err := s.Store.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseScan}, b); err != nil {
		t.Fatal(err)
	}
}

func TestMessages(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	tell(t, s, 12)
	const list, counts = "/api/v1/environments/lab/messages", "/api/v1/environments/lab/message-counts"
	at := func(minutes int) string {
		return url.QueryEscape(webapitest.Started.Add(time.Duration(minutes) * time.Minute).Format(time.RFC3339))
	}
	_, header, _ := s.Send(t, webapitest.Scenario{Path: list + "/m-00"}, s.Bearer("gus"))
	stale := map[string]string{"If-Match": header.Get("ETag")}
	for _, c := range []webapitest.Scenario{
		{Name: "newest first", As: "gus", Path: list, Status: 200, Want: map[string]string{"total": "12", "items.0._id": `"m-11"`, "items.0.viewed": "false", "items.11.level": `"info"`}},
		{Name: "level", As: "gus", Path: list + "?level=error&level=warning", Status: 200, Want: map[string]string{"total": "8"}},
		{Name: "object", As: "gus", Path: list + "?related_object=node-1&source_system=Calipso", Status: 200, Want: map[string]string{"total": "6"}},
		{Name: "time", As: "gus", Path: list + "?from=" + at(3) + "&to=" + at(5), Status: 200, Want: map[string]string{"total": "3"}},
		{Name: "text", As: "gus", Path: list + "?q=LINE%201", Status: 200, Want: map[string]string{"total": "3"}},
		{Name: "no such level", As: "gus", Path: list + "?level=loud", Status: 422, Contains: []string{"is none of panic"}},
		{Name: "no time", As: "gus", Path: list + "?from=yesterday", Status: 422},
		{Name: "counts", As: "gus", Path: counts, Status: 200, Want: map[string]string{"total": "12", "unviewed": "12", "levels.warn": "4", "levels.panic": "0", "groups.warning": "4"}},
		{Name: "one", As: "gus", Path: list + "/m-03", Status: 200, Want: map[string]string{"message": `"line 3"`}},
		{Name: "none", As: "gus", Path: list + "/m-99", Status: 404},
		{Name: "not of what one may not see", As: "nora", Path: list, Status: 404},
		{Name: "viewers mark nothing", As: "victor", Method: "PUT", Path: list + "/m-00", Body: `{"viewed":true}`, Status: 403},
		{Name: "mark one", As: "edith", Method: "PUT", Path: list + "/m-00", Body: `{"viewed":true}`, Header: stale, Status: 200, Want: map[string]string{"viewed": "true"}, Changes: []string{"changed messages m-00"}},
		{Name: "seen before", As: "edith", Method: "DELETE", Path: list + "/m-00", Header: stale, Status: 412},
		{Name: "not by accident", As: "edith", Method: "PUT", Path: list, Body: `{"viewed":true}`, Status: 422, Want: map[string]string{"errors.0.location": `"query.all"`}},
		{Name: "mark some", As: "edith", Method: "PUT", Path: list + "?level=info", Body: `{"viewed":true}`, Status: 200, Want: map[string]string{"count": "3"},
			Changes: []string{"changed messages m-03", "changed messages m-06", "changed messages m-09"}},
		{Name: "unviewed", As: "gus", Path: list + "?viewed=false", Status: 200, Want: map[string]string{"total": "8"}},
		{Name: "remove one", As: "edith", Method: "DELETE", Path: list + "/m-00", Status: 204, Changes: []string{"removed messages m-00"}},
		{Name: "viewers remove nothing", As: "victor", Method: "DELETE", Path: list + "?all=true", Status: 403},
		{Name: "nothing chosen", As: "edith", Method: "DELETE", Path: list, Status: 422},
		{Name: "too much said", As: "edith", Method: "DELETE", Path: list + "?all=true&ids=m-01", Status: 422},
		{Name: "by ids", As: "edith", Method: "DELETE", Path: list + "?ids=m-01,m-02,m-99", Status: 200, Want: map[string]string{"count": "2"}, Changes: []string{"removed messages m-01", "removed messages m-02"}},
		{Name: "viewed ones", As: "edith", Method: "DELETE", Path: list + "?viewed=true", Status: 200, Want: map[string]string{"count": "3"},
			Changes: []string{"removed messages m-03", "removed messages m-06", "removed messages m-09"}},
		{Name: "left", As: "gus", Path: counts, Status: 200, Want: map[string]string{"total": "6", "unviewed": "6"}},
	} {
		s.Run(t, c)
	}
}

// Pages and lines give the same, also while messages come and go.
func TestMessagePages(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	tell(t, s, 10)
	const list = "/api/v1/environments/lab/messages"
	token := s.Bearer("victor")
	_, header, lines := s.Send(t, webapitest.Scenario{Path: list, Header: map[string]string{"Accept": "application/x-ndjson"}}, token)
	if got := header.Get("Content-Type"); got != "application/x-ndjson" || strings.Count(string(lines), "\n") != 10 {
		t.Fatalf("%s %s", got, lines)
	}
	var ids []string
	for cursor := ""; ; {
		status, _, body := s.Send(t, webapitest.Scenario{Path: list + "?limit=3&cursor=" + url.QueryEscape(cursor)}, token)
		var page struct {
			Items []struct {
				ID string `json:"_id"`
			}
			Next string `json:"next_cursor"`
		}
		if err := json.Unmarshal(body, &page); err != nil || status != http.StatusOK {
			t.Fatal(status, err)
		}
		for _, m := range page.Items {
			ids = append(ids, m.ID)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
		late := graph.DocKey{Collection: graph.Messages, ID: fmt.Sprintf("late-%d", len(ids))}
		if _, err := s.Store.Commit(t.Context(), "lab", graph.Cause{}, &graph.Batch{PutDocs: []*graph.Document{{DocKey: late, Body: graph.Attrs{"timestamp": webapitest.Started.Add(time.Hour)}}}}); err != nil {
			t.Fatal(err)
		}
	}
	if want := []string{"m-09", "m-08", "m-07", "m-06", "m-05", "m-04", "m-03", "m-02", "m-01", "m-00"}; !slices.Equal(ids, want) {
		t.Errorf("%q", ids)
	}
	s.Run(t, webapitest.Scenario{Name: "foreign cursor", As: "victor", Path: list + "?cursor=AAAA", Status: 422})
}
