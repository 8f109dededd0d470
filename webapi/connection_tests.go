package webapi

import (
	"context"
	"fmt"
	"time"

	"calipso/graph"
	"calipso/graph/envdoc"
)

// TestResult is what came of trying the endpoints of an environment.
type TestResult struct {
	ID        string      `json:"id,omitempty" doc:"under which it is kept"`
	Env       graph.EnvID `json:"environment"`
	Who       string      `json:"user,omitempty" doc:"who asked for it"`
	Submitted time.Time   `json:"submit_timestamp" doc:"when it began"`
	Ended     time.Time   `json:"response_timestamp,omitzero" doc:"when it ended"`
	Waits     bool        `json:"waits,omitempty" doc:"nothing came of it yet"`
	OK        bool        `json:"ok" doc:"all of them can be used"`
	Checks    []TestCheck `json:"checks" nullable:"false" doc:"one for each endpoint"`
}

// TestCheck is what came of trying one endpoint.
type TestCheck struct {
	Target string `json:"target" doc:"which endpoint"`
	Error  string `json:"error,omitempty" doc:"why it cannot be used"`
	Detail string `json:"detail,omitempty" doc:"what was seen"`
}

func newTestResult(t *envdoc.Test) TestResult {
	r := TestResult{ID: t.ID, Env: t.Env, Who: t.Who, Submitted: t.Submitted, Ended: t.Ended, Waits: t.Waits, OK: t.OK(), Checks: []TestCheck{}}
	for _, c := range t.Results {
		r.Checks = append(r.Checks, TestCheck(c))
	}
	return r
}

type testReply struct{ Body TestResult }

// testEnvironment serves POST /api/v1/environments/{env}/test: 200, 404. What
// comes of it is kept.
func (a *API) testEnvironment(ctx context.Context, in *struct{ EnvPath }) (*testReply, error) {
	if a.opt.Environments == nil {
		return nil, fmt.Errorf("tests of environments: %w", ErrUnavailable)
	}
	if err := a.documentsRun(); err != nil {
		return nil, err
	}
	began := time.Now()
	checks, err := a.opt.Environments.Test(ctx, in.Env)
	if err != nil {
		return nil, err
	}
	var results []envdoc.Result
	for _, c := range checks {
		results = append(results, envdoc.Result(c))
	}
	t, err := a.opt.EnvDocs.KeepTest(ctx, principal(ctx).User.Name, in.Env, began, results)
	if err != nil {
		return nil, err
	}
	return &testReply{Body: newTestResult(t)}, nil
}

type testListRequest struct {
	EnvPath
	PageQuery
	OK string `query:"ok" enum:"true,false" doc:"only those where all endpoints could be used, or some could not"`
}

type testListReply struct{ Body ListBody[TestResult] }

// listTests serves GET /api/v1/environments/{env}/tests, newest first.
func (a *API) listTests(ctx context.Context, in *testListRequest) (*testListReply, error) {
	if err := a.documentsRun(); err != nil {
		return nil, err
	}
	all, err := a.opt.EnvDocs.Tests(ctx, in.Env)
	if err != nil {
		return nil, err
	}
	list := []TestResult{}
	for _, t := range all {
		if in.OK == "" || t.OK() == (in.OK == "true") {
			list = append(list, newTestResult(t))
		}
	}
	body, err := pageOf(list, in.PageQuery)
	if err != nil {
		return nil, err
	}
	return &testListReply{Body: body}, nil
}

type oneTestRequest struct {
	EnvPath
	Test string `path:"id" maxLength:"100" doc:"id of the test" example:"5f3c0ff0b7e4d1c6a0900001"`
}

// getTest serves GET /api/v1/environments/{env}/tests/{id}: 200, 404.
func (a *API) getTest(ctx context.Context, in *oneTestRequest) (*testReply, error) {
	if err := a.documentsRun(); err != nil {
		return nil, err
	}
	t, err := a.opt.EnvDocs.Test(ctx, in.Env, in.Test)
	if err != nil {
		return nil, err
	}
	return &testReply{Body: newTestResult(t)}, nil
}
