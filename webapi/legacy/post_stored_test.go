package legacy_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"calipso/graph"
	"calipso/webapi"
	"calipso/webapi/auth"
	"calipso/webapi/legacy"
	"calipso/webapi/webapitest"
)

// stored are keepers that write into a store and do nothing else: what the real
// ones do besides is tested with them.
type stored struct {
	*webapitest.Schedules
	store *graph.Store // set when the server runs
	n     int
}

// options are those of a server with these keepers.
func (s *stored) options(opt webapi.Options) webapi.Options {
	s.Schedules = new(webapitest.Schedules)
	opt.Environments, opt.Schedules, opt.ConnectionTests, opt.Documents = storedEnvironments{s}, s, storedTests{s}, s
	return opt
}

func (s *stored) Commit(ctx context.Context, env graph.EnvID, cause graph.Cause, b *graph.Batch) (*graph.Commit, error) {
	return s.store.Commit(ctx, env, cause, b)
}

func (s *stored) put(ctx context.Context, env graph.EnvID, c graph.Collection, body graph.Attrs) (string, error) {
	s.n++
	d := &graph.Document{DocKey: graph.DocKey{Collection: c, ID: fmt.Sprintf("%024x", s.n)}, Body: body}
	_, err := s.store.Commit(ctx, env, graph.Cause{Kind: graph.CauseUser}, &graph.Batch{PutDocs: []*graph.Document{d}})
	return d.ID, err
}

func (s *stored) Add(ctx context.Context, env graph.EnvID, who string, o webapi.ScheduleOptions) (*webapi.Schedule, error) {
	added, err := s.Schedules.Add(ctx, env, who, o)
	if err != nil {
		return nil, err
	}
	v, err := graph.Normalize(o)
	if err != nil {
		return nil, err
	}
	added.ID, err = s.put(ctx, env, graph.ScheduledScans, v.(map[string]any))
	return added, err
}

func (s *stored) Remove(ctx context.Context, _ string, env graph.EnvID, id string) error {
	key := graph.DocKey{Collection: graph.ScheduledScans, ID: id}
	_, err := s.store.Commit(ctx, env, graph.Cause{Kind: graph.CauseUser}, &graph.Batch{DeleteDocs: []graph.DocKey{key}})
	return err
}

type storedTests struct{ *stored }

func (s storedTests) Submit(ctx context.Context, o legacy.TestOrder) (string, error) {
	env, err := graph.ParseEnvironment(graph.Attrs{"name": string(o.Env), "configuration": o.Sections})
	if err != nil {
		return "", err
	}
	targets, err := graph.Normalize(o.Targets)
	if err != nil {
		return "", err
	}
	room := o.Env
	if _, err := s.store.View(ctx, o.Env, graph.Now); err != nil {
		room = graph.Shared
	}
	return s.put(ctx, room, graph.ConnectionTests, graph.Attrs{"environment": string(o.Env), "test_targets": targets, "status": "request", "targets_configuration": env.Body["configuration"]})
}

type storedEnvironments struct{ *stored }

func (s storedEnvironments) Get(ctx context.Context, name graph.EnvID) (*graph.Environment, error) {
	v, err := s.store.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		return nil, err
	}
	d, err := v.Document(ctx, graph.Environments, string(name))
	if err != nil {
		return nil, err
	}
	return graph.ParseEnvironment(d.Body)
}

func (s storedEnvironments) Put(ctx context.Context, _ string, doc graph.Attrs, _ bool) (*graph.Environment, error) {
	env, err := graph.ParseEnvironment(doc)
	if err != nil {
		return nil, err
	}
	_, err = s.store.Commit(ctx, graph.Shared, graph.Cause{Kind: graph.CauseUser}, &graph.Batch{PutDocs: []*graph.Document{env.Document()}})
	return env, err
}

func (s storedEnvironments) Remove(context.Context, string, graph.EnvID) error {
	return errors.ErrUnsupported
}

func (s storedEnvironments) Test(context.Context, graph.EnvID) ([]webapi.TestCheck, error) {
	return nil, errors.ErrUnsupported
}

// addEditor adds leo, who may edit lab and sees nothing else, and an environment
// of which nothing is known but its description.
func addEditor(t *testing.T, s *webapitest.Test) {
	t.Helper()
	if _, err := s.Accounts.Create(t.Context(), "", auth.NewUser{Name: "leo", Password: webapitest.Password, Role: auth.NoRole}); err != nil {
		t.Fatal(err)
	}
	berlin := &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: "berlin"}, Body: graph.Attrs{
		"name": "berlin", "environment_type": "Kubernetes", "cvim_region": "east", "cvim_metro": "ber", "timezone": "Europe/Berlin", "version": "1.17", "scanned": true,
	}}
	if _, err := s.Store.Commit(t.Context(), graph.Shared, graph.Cause{Kind: graph.CauseImport}, &graph.Batch{PutDocs: []*graph.Document{berlin}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Accounts.Grant(t.Context(), "", "leo", webapitest.EnvName, true, true); err != nil {
		t.Fatal(err)
	}
}
