package webapi_test

import (
	"net/http"
	"testing"

	"calipso/webapi/webapitest"
)

// Of two who have seen the same, the second one's change is refused, whatever
// it is that they change.
func TestChangesOfWhatWasSeen(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	const lab = "/api/v1/environments/lab"
	for _, c := range []struct{ make, body, path, first, second string }{
		{lab + "/schedules", `{"recurrence":"DAILY"}`, lab + "/schedules/schedule-1", `{"recurrence":"WEEKLY"}`, `{"recurrence":"HOURLY"}`},
		{"/api/v1/scopes", `{"name":"moz","select":[{"environment":"lab","everything":true}]}`, "/api/v1/scopes/moz",
			`{"comment":"one","select":[{"environment":"lab","everything":true}]}`, `{"comment":"two","select":[{"environment":"lab","everything":true}]}`},
		{"", "", "/api/v1/diff-rules", `{"status":["a"]}`, `{"status":["b"]}`},
		{"", "", lab + "/diff-rules", `{"status":["c"]}`, `{"status":["d"]}`},
	} {
		t.Run(c.path, func(t *testing.T) {
			token := s.Bearer("edith")
			send := func(method, body string, header map[string]string) (int, string) {
				t.Helper()
				status, h, answer := s.Send(t, webapitest.Scenario{Method: method, Path: c.path, Body: body, Header: header}, token)
				if status >= 500 {
					t.Fatalf("%d %s", status, answer)
				}
				return status, h.Get("ETag")
			}
			if c.make != "" {
				if status, _, answer := s.Send(t, webapitest.Scenario{Path: c.make, Body: c.body}, token); status != http.StatusCreated {
					t.Fatalf("%d %s", status, answer)
				}
			}
			status, tag := send("GET", "", nil)
			if status != 200 || tag == "" {
				t.Fatalf("%d, version %q", status, tag)
			}
			if status, same := send("GET", "", map[string]string{"If-None-Match": tag}); status != 304 || same != tag {
				t.Errorf("not modified: %d, version %s", status, same)
			}
			seen := map[string]string{"If-Match": tag}
			status, next := send("PUT", c.first, seen)
			if status != 200 || next == tag {
				t.Errorf("the first: %d", status)
			}
			if status, _ := send("PUT", c.second, seen); status != 412 {
				t.Errorf("the second: %d", status)
			}
			if status, _ := send("DELETE", "", seen); status != 412 {
				t.Errorf("a removal: %d", status)
			}
			if _, now := send("GET", "", nil); now != next {
				t.Errorf("version %s, and %s after the change", now, next)
			}
			if status, _ := send("DELETE", "", map[string]string{"If-Match": next}); status != 204 {
				t.Errorf("a removal of what was seen: %d", status)
			}
		})
	}
}

func TestScanAndScheduleFilters(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	const scans, schedules = "/api/v1/environments/lab/scans", "/api/v1/environments/lab/schedules"
	for _, c := range []webapitest.Scenario{
		{Name: "scan", Path: scans, Body: `{}`, Status: 202},
		{Name: "scan of a host", Path: scans, Body: `{"object_id":"node-1"}`, Status: 202},
		{Name: "by object", Path: scans + "?object_id=node-1", Status: 200, Want: map[string]string{"total": "1", "items.0.id": `"scan-2"`}},
		{Name: "from", Path: scans + "?from=2026-03-01T12:00:00Z", Status: 200, Want: map[string]string{"total": "2"}},
		{Name: "to", Path: scans + "?to=2026-03-01T11:59:59Z", Status: 200, Want: map[string]string{"total": "0"}},
		{Name: "status", Path: scans + "?status=pending&status=running&limit=1", Status: 200, Want: map[string]string{"total": "2", "items.#": "1", "items.0.id": `"scan-2"`}},
		{Name: "schedule", Path: schedules, Body: `{"recurrence":"DAILY","scheduled_timestamp":"2026-03-02T12:00:00Z"}`, Status: 201},
		{Name: "schedule that is off", Path: schedules, Body: `{"recurrence":"DAILY","disabled":true,"scheduled_timestamp":"2026-03-03T12:00:00Z"}`, Status: 201},
		{Name: "off", Path: schedules + "?disabled=true", Status: 200, Want: map[string]string{"total": "1", "items.0.id": `"schedule-2"`}},
		{Name: "due", Path: schedules + "?until=2026-03-02T12:00:00Z", Status: 200, Want: map[string]string{"total": "1", "items.0.id": `"schedule-1"`}},
		{Name: "finished", Path: schedules + "?status=finished", Status: 200, Want: map[string]string{"total": "0"}},
	} {
		c.As = "edith"
		s.Run(t, c)
	}
}
