package webapi_test

import (
	"testing"

	"calipso/webapi/webapitest"
)

func TestSchedules(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	const path = "/api/v1/environments/lab/schedules"
	for _, c := range []webapitest.Scenario{
		{Name: "none yet", As: webapitest.ViewerName, Path: path, Status: 200, Want: map[string]string{"items": "[]"}},
		{Name: "viewers add none", As: webapitest.ViewerName, Path: path, Body: `{"recurrence":"DAILY"}`, Status: 403},
		{Name: "unknown recurrence", As: webapitest.EditorName, Path: path, Body: `{"recurrence":"SOMETIMES"}`, Status: 422, Want: map[string]string{"errors.0.location": `"body.recurrence"`}},
		{Name: "neither", As: webapitest.EditorName, Path: path, Body: `{}`, Status: 422, Want: map[string]string{"errors.0.location": `"recurrence"`}},
		{Name: "add", As: webapitest.EditorName, Path: path, Body: `{"cron":"0 0 * * 0","timezone":"Europe/Berlin","snapshot":"weekly-2006-01-02","scheduled_timestamp":"2030-01-01T00:00:00Z"}`, Status: 201,
			WantHeader: map[string]string{"Location": path + "/schedule-1"},
			Want:       map[string]string{"id": `"schedule-1"`, "user": `"edith"`, "cron": `"0 0 * * 0"`, "timezone": `"Europe/Berlin"`, "scheduled_timestamp": `"2030-01-01T00:00:00Z"`, "status": `"upcoming"`}},
		{Name: "list", As: webapitest.ViewerName, Path: path, Status: 200, Want: map[string]string{"total": "1", "items.0.snapshot": `"weekly-2006-01-02"`}},
		{Name: "get", As: webapitest.ViewerName, Path: path + "/schedule-1", Status: 200, Want: map[string]string{"cron": `"0 0 * * 0"`}},
		{Name: "viewers change none", As: webapitest.ViewerName, Method: "PUT", Path: path + "/schedule-1", Body: `{"recurrence":"DAILY"}`, Status: 403},
		{Name: "change", As: webapitest.EditorName, Method: "PUT", Path: path + "/schedule-1", Body: `{"recurrence":"DAILY","disabled":true,"report":{"kind":"health"}}`, Status: 200,
			Want: map[string]string{"recurrence": `"DAILY"`, "disabled": "true", "report.kind": `"health"`}},
		{Name: "no such report", As: webapitest.EditorName, Method: "PUT", Path: path + "/schedule-1", Body: `{"recurrence":"DAILY","report":{"kind":"poem"}}`, Status: 422, Want: map[string]string{"errors.0.location": `"body.report.kind"`}},
		{Name: "run now", As: webapitest.EditorName, Method: "POST", Path: path + "/schedule-1/run", Status: 202, WantHeader: map[string]string{"Location": "/api/v1/environments/lab/scans/scan-of-schedule-1"}},
		{Name: "viewers remove none", As: webapitest.ViewerName, Method: "DELETE", Path: path + "/schedule-1", Status: 403},
		{Name: "remove", As: webapitest.EditorName, Method: "DELETE", Path: path + "/schedule-1", Status: 204},
		{Name: "removed", As: webapitest.EditorName, Method: "DELETE", Path: path + "/schedule-1", Status: 404},
	} {
		s.Run(t, c)
	}
}
