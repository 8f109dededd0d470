package webapi

import (
	"context"
	"fmt"
	"time"

	"calipso/graph"
	"calipso/graph/retention"
	"calipso/graph/snapshot"
)

// RetentionAges are ages as text, by kind of snapshot.
type RetentionAges struct {
	Everything string                   `json:"everything,omitempty" maxLength:"20" doc:"how long every time can be read: minutes (10m), hours (36h), days (90d), weeks (26w) or forever" example:"90d"`
	Records    string                   `json:"records,omitempty" maxLength:"20" doc:"after how long messages and ended scans go" example:"90d"`
	Snapshots  map[snapshot.Kind]string `json:"snapshots,omitempty" doc:"how long snapshots are kept, by kind: scheduled, manual, design, pre, during, post" example:"{\"scheduled\":\"26w\"}"`
}

// retentionBody is what holds for an environment, and what is left of its past.
type retentionBody struct {
	Env graph.EnvID `json:"environment" doc:"what it is of"`
	RetentionAges
	Overrides RetentionAges `json:"overrides" doc:"what the environment has differently from the server's defaults"`
	Since     *graph.Time   `json:"since,omitempty" format:"date-time" doc:"from when on every time can be read; not given: from the beginning"`
	Times     []graph.Time  `json:"times" nullable:"false" doc:"earlier times that can be read as well"`
	Pending   bool          `json:"pending" doc:"something of the rest is still on disk"`
	LastRun   time.Time     `json:"last_run,omitzero" doc:"when the last nightly run began"`
}

type retentionReply struct{ Body retentionBody }

// getRetention serves GET /api/v1/environments/{env}/retention.
func (a *API) getRetention(ctx context.Context, in *EnvPath) (*retentionReply, error) {
	keeper := a.opt.Retention
	if keeper == nil {
		return nil, fmt.Errorf("retention: %w", ErrUnavailable)
	}
	o, err := keeper.Override(ctx, in.Env)
	if err != nil {
		return nil, err
	}
	policy, err := keeper.Policy(ctx, in.Env)
	if err != nil {
		return nil, err
	}
	known, err := a.opt.Store.Retained(in.Env)
	if err != nil {
		return nil, err
	}
	b := retentionBody{Env: in.Env, Since: whenRetired(known.Since), Times: known.Times, Pending: known.Pending, LastRun: keeper.Status().LastRun}
	b.RetentionAges = agesOf(&policy.Everything, &policy.Records, policy.Snapshots)
	b.Overrides = agesOf(o.Everything, o.Records, o.Snapshots)
	return &retentionReply{Body: b}, nil
}

// whenRetired leaves Now out.
func whenRetired(t graph.Time) *graph.Time {
	if t == graph.Now {
		return nil
	}
	return &t
}

func agesOf(everything, records *retention.Age, snapshots map[snapshot.Kind]retention.Age) RetentionAges {
	out := RetentionAges{Snapshots: map[snapshot.Kind]string{}}
	if everything != nil {
		out.Everything = everything.String()
	}
	if records != nil {
		out.Records = records.String()
	}
	for k, age := range snapshots {
		out.Snapshots[k] = age.String()
	}
	return out
}

// override reads ages; every fault is told at once.
func (r RetentionAges) override() (o retention.Override, err error) {
	var wrong []graph.FieldError
	read := func(field, text string) (age retention.Age) {
		age, err := retention.ParseAge(text)
		if err != nil {
			wrong = append(wrong, graph.FieldError{Field: field, Reason: err.Error()})
		}
		return age
	}
	if r.Everything != "" {
		age := read("everything", r.Everything)
		o.Everything = &age
	}
	if r.Records != "" {
		age := read("records", r.Records)
		o.Records = &age
	}
	for _, k := range snapshot.Kinds() {
		if text, ok := r.Snapshots[k]; ok {
			if o.Snapshots == nil {
				o.Snapshots = map[snapshot.Kind]retention.Age{}
			}
			o.Snapshots[k] = read("snapshots."+string(k), text)
		}
	}
	if len(o.Snapshots) < len(r.Snapshots) {
		wrong = append(wrong, graph.FieldError{Field: "snapshots", Reason: fmt.Sprintf("names a kind that is none of %v", snapshot.Kinds())})
	}
	if len(wrong) > 0 {
		return o, &graph.InvalidError{What: "retention", Fields: wrong}
	}
	return o, nil
}

type newRetentionRequest struct {
	EnvPath
	Body RetentionAges
}

// setRetention serves PUT /api/v1/environments/{env}/retention: 200, 404, 422.
// What is left out is as the server has it by default.
func (a *API) setRetention(ctx context.Context, in *newRetentionRequest) (*retentionReply, error) {
	if a.opt.Retention == nil {
		return nil, fmt.Errorf("retention: %w", ErrUnavailable)
	}
	o, err := in.Body.override()
	if err != nil {
		return nil, err
	}
	if err := a.opt.Retention.SetOverride(ctx, principal(ctx).User.Name, in.Env, o); err != nil {
		return nil, err
	}
	return a.getRetention(ctx, &in.EnvPath)
}

type retentionRunRequest struct {
	EnvPath
	Body struct {
		DryRun bool `json:"dry_run,omitempty" doc:"only count what would go"`
	}
}

type retentionRunReply struct{ Body retentionRunBody }

// retentionRunBody is what a run did.
type retentionRunBody struct {
	Env       graph.EnvID `json:"environment" doc:"where"`
	DryRun    bool        `json:"dry_run" doc:"only counted"`
	Started   time.Time   `json:"started" doc:"when it began"`
	Ended     time.Time   `json:"ended" doc:"when it was done"`
	Since     *graph.Time `json:"since,omitempty" format:"date-time" doc:"from when on everything stays; not given: nothing is forgotten"`
	Snapshots []string    `json:"snapshots" nullable:"false" doc:"names of the snapshots removed for their age"`
	Kept      int         `json:"snapshots_kept" doc:"how many stay"`
	Records   int         `json:"records" doc:"messages, scans and connection tests removed for their age"`
	Versions  int         `json:"versions" doc:"versions of objects, links and documents dropped"`
	Commits   int         `json:"commits" doc:"commits of which nothing is left"`
	Bytes     int64       `json:"bytes" doc:"size of what was dropped, before compression"`
	Reclaimed int64       `json:"reclaimed" doc:"bytes of disk given back"`
}

// runRetention serves POST /api/v1/environments/{env}/retention/runs: 200 when
// it is done, 404.
func (a *API) runRetention(ctx context.Context, in *retentionRunRequest) (*retentionRunReply, error) {
	if a.opt.Retention == nil {
		return nil, fmt.Errorf("retention: %w", ErrUnavailable)
	}
	r, err := a.opt.Retention.Environment(ctx, in.Env, in.Body.DryRun)
	if err != nil {
		return nil, err
	}
	return &retentionRunReply{Body: retentionRunBody{
		Env: r.Env, DryRun: r.DryRun, Started: r.Started, Ended: r.Ended, Since: whenRetired(r.Since), Snapshots: r.Snapshots, Kept: r.Kept, Records: r.Records,
		Versions: r.Dropped.Versions, Commits: r.Dropped.Commits, Bytes: r.Dropped.Bytes, Reclaimed: r.Reclaimed,
	}}, nil
}
