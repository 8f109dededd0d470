package webapi_test

import (
	"fmt"
	"testing"

	"calipso/graph"
	"calipso/webapi/webapitest"
)

func TestRetention(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	const lab = "/api/v1/environments/lab"
	var times []graph.Time
	for n := range 4 {
		c, err := s.Store.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseScan}, &graph.Batch{Put: []*graph.Vertex{{ID: "agg", Type: graph.Aggregate, Name: fmt.Sprint(n)}}})
		if err != nil {
			t.Fatal(err)
		}
		times = append(times, c.Time)
	}
	for _, c := range []webapitest.Scenario{
		{Name: "defaults", Path: lab + "/retention", Status: 200, Want: map[string]string{"everything": `"90d"`, "snapshots.scheduled": `"26w"`, "snapshots.during": `"2w"`, "records": `"90d"`,
			"snapshots.design": `"forever"`, "times": "[]", "pending": "false"}},
		{Name: "set", Method: "PUT", Path: lab + "/retention", Body: `{"everything":"36h","records":"5d","snapshots":{"pre":"3d"}}`, Status: 200, Changes: []string{"added retention policy"},
			Want: map[string]string{"everything": `"36h"`, "overrides.everything": `"36h"`, "records": `"5d"`, "overrides.records": `"5d"`, "snapshots.pre": `"3d"`, "overrides.snapshots.pre": `"3d"`, "snapshots.scheduled": `"26w"`}},
		{Name: "minutes", Method: "PUT", Path: lab + "/retention", Body: `{"everything":"10m"}`, Status: 200, Changes: []string{"changed retention policy"}, Want: map[string]string{"everything": `"10m"`, "overrides.everything": `"10m"`}},
		{Name: "seconds", Method: "PUT", Path: lab + "/retention", Body: `{"everything":"30s"}`, Status: 422, Contains: []string{"at least a minute"}},
		{Name: "no ages", Method: "PUT", Path: lab + "/retention", Body: `{"everything":"a while","snapshots":{"pre":"-1d","odd":"1d"}}`, Status: 422,
			Want: map[string]string{"errors.0.location": `"everything"`, "errors.1.location": `"snapshots.pre"`, "errors.2.location": `"snapshots"`}},
		{Name: "dry run", Path: lab + "/retention/runs", Body: `{"dry_run":true}`, Status: 200, Want: map[string]string{"dry_run": "true", "versions": "0", "snapshots": "[]"}},
		{Name: "run", Path: lab + "/retention/runs", Body: `{}`, Status: 200, Want: map[string]string{"dry_run": "false", "environment": `"lab"`}},
		{Name: "nowhere", Path: "/api/v1/environments/none/retention/runs", Body: `{}`, Status: 404},
	} {
		c.As = webapitest.EditorName
		s.Run(t, c)
	}
	if _, err := s.Store.Retain(t.Context(), "lab", graph.Keep{Since: times[3], Times: times[1:2]}); err != nil {
		t.Fatal(err)
	}
	gone := times[2].String()
	for _, path := range []string{"/objects/agg?at=" + gone, "/objects?at=" + gone, "/tree?at=" + gone, "/diff?from=" + gone, "/diff?from=" + times[1].String() + "&to=" + gone, "/cliques/agg?at=" + gone} {
		s.Run(t, webapitest.Scenario{Name: path, As: webapitest.ViewerName, Path: lab + path, Status: 410,
			Want: map[string]string{"title": `"Gone"`}, Contains: []string{"everything is kept since " + times[3].String(), "the nearest one before is " + times[1].String()}})
	}
	for _, c := range []webapitest.Scenario{
		{Name: "snapshot of a retired time", Path: lab + "/snapshots", Body: `{"name":"x","at":"` + gone + `"}`, Status: 410},
		{Name: "a kept time", Path: lab + "/objects/agg?at=" + times[1].String(), Status: 200, Want: map[string]string{"name": `"1"`}},
		{Name: "diff of kept times", Path: lab + "/diff?from=" + times[1].String(), Status: 200, Want: map[string]string{"objects.changed.#": "1"}},
		{Name: "before everything", Path: lab + "/objects/agg?at=2001-01-01", Status: 404, Contains: []string{"nothing is known of"}},
		{Name: "history", Path: lab + "/objects/agg/history", Status: 200,
			Want: map[string]string{"total": "2", "complete_since": `"` + times[3].String() + `"`, "items.1.time": `"` + times[1].String() + `"`}},
		{Name: "what is left", Path: lab + "/retention", Status: 200, Want: map[string]string{"since": `"` + times[3].String() + `"`, "times.0": `"` + times[1].String() + `"`}},
	} {
		c.As = webapitest.EditorName
		s.Run(t, c)
	}
}
