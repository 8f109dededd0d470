package envdoc

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"calipso/graph"
)

// Test is what came of trying the endpoints of an environment. It holds no
// access data.
type Test struct {
	ID               string
	Env              graph.EnvID
	Who              string
	Submitted, Ended time.Time
	Waits            bool // it was asked for, and nothing came of it yet
	Results          []Result
}

// Result is what came of trying one endpoint.
type Result struct {
	Target string
	Error  string // empty: it can be used, if the test does not wait
	Detail string // what was seen
}

// OK tells whether all endpoints can be used.
func (t *Test) OK() bool {
	return !t.Waits && !slices.ContainsFunc(t.Results, func(r Result) bool { return r.Error != "" })
}

// maxTests bounds how many are kept of an environment.
const maxTests = 100

// KeepTest stores what came of a test that began at a time, and forgets the
// oldest beyond 100. If all endpoints can be used the environment's document
// says that it runs (rule DM-21).
//
// Errors: graph.ErrNotFound.
func (k *Keeper) KeepTest(ctx context.Context, who string, env graph.EnvID, began time.Time, results []Result) (*Test, error) {
	t := &Test{ID: string(graph.NewOID(began)), Env: env, Who: who, Submitted: began.UTC(), Ended: k.clock().UTC(), Results: results}
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, err := k.Get(ctx, env); err != nil {
		return nil, err
	}
	all, err := k.Tests(ctx, env)
	if err != nil {
		return nil, err
	}
	b := &graph.Batch{PutDocs: []*graph.Document{t.document()}}
	for _, old := range all[min(maxTests-1, len(all)):] {
		b.DeleteDocs = append(b.DeleteDocs, graph.DocKey{Collection: graph.ConnectionTests, ID: old.ID})
	}
	if _, err := k.store.Commit(ctx, env, graph.Cause{Kind: graph.CauseUser, Who: who}, b); err != nil {
		return nil, err
	}
	if t.OK() && len(results) > 0 {
		err = k.works(ctx, who, env)
	}
	return t, err
}

// Works notes in the document of an environment, if there is one, that all its
// endpoints can be used (rule DM-21).
func (k *Keeper) Works(ctx context.Context, who string, env graph.EnvID) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.works(ctx, who, env)
}

// works is Works for who holds the lock.
func (k *Keeper) works(ctx context.Context, who string, env graph.EnvID) error {
	stored, err := k.Get(ctx, env)
	if errors.Is(err, graph.ErrNotFound) {
		return nil
	}
	if err != nil || stored.Body["operational"] == nil || stored.Body.String("operational") == "running" {
		return err
	}
	stored.Body["operational"] = "running"
	_, err = k.store.Commit(ctx, graph.Shared, graph.Cause{Kind: graph.CauseUser, Who: who}, &graph.Batch{PutDocs: []*graph.Document{stored.Document()}})
	return err
}

// Took writes how long a test took as clients of earlier versions know it,
// H:MM:SS.ffffff.
func Took(d time.Duration) string {
	d = max(d, 0).Truncate(time.Microsecond)
	return fmt.Sprintf("%d:%02d:%02d.%06d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60, d.Microseconds()%1e6)
}

// Tests lists the tests of an environment, newest first.
//
// Errors: graph.ErrNotFound.
func (k *Keeper) Tests(ctx context.Context, env graph.EnvID) ([]*Test, error) {
	v, err := k.store.View(ctx, env, graph.Now)
	if err != nil {
		return nil, err
	}
	out := []*Test{}
	for d, err := range v.Documents(ctx, graph.ConnectionTests) {
		if err != nil {
			return nil, err
		}
		out = append(out, parseTest(env, d))
	}
	slices.SortFunc(out, func(a, b *Test) int { return cmp.Or(b.Submitted.Compare(a.Submitted), cmp.Compare(b.ID, a.ID)) })
	return out, nil
}

// Test is one of these. Errors: graph.ErrNotFound.
func (k *Keeper) Test(ctx context.Context, env graph.EnvID, id string) (*Test, error) {
	v, err := k.store.View(ctx, env, graph.Now)
	if err != nil {
		return nil, err
	}
	d, err := v.Document(ctx, graph.ConnectionTests, id)
	if err != nil {
		return nil, err
	}
	return parseTest(env, d), nil
}

// document is the test in the documented shape, without the configuration that
// was tried.
func (t *Test) document() *graph.Document {
	targets, ok, errs, details := []any{}, map[string]any{}, map[string]any{}, map[string]any{}
	for _, r := range t.Results {
		targets = append(targets, r.Target)
		ok[r.Target] = r.Error == ""
		if r.Error != "" {
			errs[r.Target] = r.Error
		}
		if r.Detail != "" {
			details[r.Target] = r.Detail
		}
	}
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.ConnectionTests, ID: t.ID}, Body: graph.Attrs{
		"environment": string(t.Env), "user": t.Who, "test_targets": targets, "status": "response", "submit_timestamp": t.Submitted, "response_timestamp": t.Ended,
		"response_time": Took(t.Ended.Sub(t.Submitted)),
		"test_results":  ok, "errors": errs, "details": details,
	}}
}

func parseTest(env graph.EnvID, d *graph.Document) *Test {
	b := d.Body
	t := &Test{ID: d.ID, Env: env, Who: b.String("user"), Waits: b.String("status") == "request", Results: []Result{}}
	t.Submitted, t.Ended = b.Time("submit_timestamp"), b.Time("response_timestamp")
	for _, target := range b.Strings("test_targets") {
		r := Result{target, b.Map("errors").String(target), b.Map("details").String(target)}
		if r.Error == "" && !t.Waits && !b.Map("test_results").Bool(target) {
			r.Error = "it could not be used" // earlier versions did not say why
		}
		t.Results = append(t.Results, r)
	}
	return t
}
