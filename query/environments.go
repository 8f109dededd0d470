package query

import (
	"context"
	"errors"
	"slices"
	"time"

	"calipso/graph"
)

// Environment is one environment in short.
type Environment struct {
	Name             graph.EnvID `json:"name"`
	EnvironmentType  string      `json:"environment_type,omitempty"`
	Distribution     string      `json:"distribution,omitempty"`
	Version          string      `json:"distribution_version,omitempty"`
	MechanismDrivers []string    `json:"mechanism_drivers"`
	TypeDrivers      []string    `json:"type_drivers"`
	// Time is that of the last commit; zero if there was none.
	Time graph.Time `json:"time,omitzero"`
	// Status is that of the last scan ("running", "completed", "failed", …),
	// "new" before the first.
	Status   string `json:"status"`
	LastScan *Scan  `json:"last_scan,omitempty"`
	// Objects and Links count what there is by type.
	Objects map[graph.VertexType]int `json:"objects"`
	Links   map[graph.EdgeType]int   `json:"links"`
	// Failed are the parts of scans whose last attempt failed, by name: what
	// they state is stale.
	Failed []FailedPart `json:"failed_parts,omitempty"`
}

// FailedPart is a part of a scan that did not answer the last time.
type FailedPart struct {
	Part   string     `json:"part"`
	Reason string     `json:"reason"`
	Since  *time.Time `json:"last_ok,omitempty"` // when it last did
}

// Scan is a scan in short.
type Scan struct {
	ID     string     `json:"id"`
	Status string     `json:"status"`
	Start  *time.Time `json:"start_timestamp,omitempty"`
	End    *time.Time `json:"end_timestamp,omitempty"`
}

// Environments lists all environments by name, as they are now; visible leaves
// some out, nil: none.
func (s *Service) Environments(ctx context.Context, visible func(graph.EnvID) bool) ([]Environment, error) {
	ids, err := s.store.EnvIDs(ctx)
	if err != nil {
		return nil, err
	}
	out := []Environment{}
	for _, id := range ids {
		if visible != nil && !visible(id) {
			continue
		}
		e, err := s.Environment(ctx, At{Env: id})
		if errors.Is(err, graph.ErrNotFound) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, err
		}
		out = append(out, *e)
	}
	return out, nil
}

// Environment answers with one environment in short.
//
// Errors: graph.ErrNotFound.
func (s *Service) Environment(ctx context.Context, at At) (*Environment, error) {
	env, err := s.environment(ctx, at.Env)
	if err != nil {
		return nil, err
	}
	e := &Environment{
		Name: at.Env, EnvironmentType: env.EnvironmentType, Distribution: env.Distribution, Version: env.Version,
		MechanismDrivers: list(env.MechanismDrivers), TypeDrivers: list(env.TypeDrivers), Status: "new",
		Objects: map[graph.VertexType]int{}, Links: map[graph.EdgeType]int{},
	}
	v, err := s.view(ctx, at)
	if errors.Is(err, graph.ErrNotFound) && at.Time == graph.Now {
		return e, nil // configured, nothing known of it yet
	}
	if err != nil {
		return nil, err
	}
	e.Time = v.Time()
	if e.Objects, e.Links, err = v.Counts(ctx); err != nil {
		return nil, err
	}
	if e.LastScan, err = lastScan(ctx, v); err != nil {
		return nil, err
	}
	if e.LastScan != nil {
		e.Status = e.LastScan.Status
	}
	for d, err := range v.Documents(ctx, graph.Parts) {
		if err != nil {
			return nil, err
		}
		if p := partOf(d); p.failed() {
			f := FailedPart{Part: d.ID, Reason: p.reason}
			if !p.ok.IsZero() {
				f.Since = &p.ok
			}
			e.Failed = append(e.Failed, f)
		}
	}
	return e, nil
}

// environment reads the configuration of an environment as it is now.
func (s *Service) environment(ctx context.Context, env graph.EnvID) (*graph.Environment, error) {
	shared, err := s.store.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		return nil, err
	}
	d, err := shared.Document(ctx, graph.Environments, string(env))
	if errors.Is(err, graph.ErrNotFound) {
		return nil, notFound("environment", string(env))
	}
	if err != nil {
		return nil, err
	}
	e, err := graph.ParseEnvironment(d.Body)
	var bad *graph.InvalidError
	if errors.As(err, &bad) {
		// An old document lacks what only scans need; it still has a name and
		// what clique types ask for.
		b := d.Body.Clone()
		b["name"], b["configuration"] = string(env), []any{}
		e, err = graph.ParseEnvironment(b)
	}
	if err != nil {
		return nil, err
	}
	e.Name = env
	return e, nil
}

// lastScan is the scan that started last, nil if none did. Scans start in the
// order in which they were asked for, and their ids begin with that time.
func lastScan(ctx context.Context, v View) (*Scan, error) {
	for d, err := range v.DocumentsBackward(ctx, graph.Scans) {
		if err != nil {
			return nil, err
		}
		if start := moment(d.Body["start_timestamp"]); start != nil {
			return &Scan{ID: d.ID, Status: d.Body.String("status"), Start: start, End: moment(d.Body["end_timestamp"])}, nil
		}
	}
	return nil, nil
}

// moment reads a time, which documents may hold as text; nil: it is none.
func moment(v any) *time.Time {
	t, ok := v.(time.Time)
	if text, isText := v.(string); isText {
		var err error
		t, err = time.Parse(time.RFC3339Nano, text)
		ok = err == nil
	}
	if !ok || t.IsZero() {
		return nil
	}
	return &t
}

// list is never nil, so that it is [] in JSON, and sorted.
func list(l []string) []string {
	out := append([]string{}, l...)
	slices.Sort(out)
	return out
}
