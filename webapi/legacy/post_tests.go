package legacy

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/graph/catalog"
)

// postConnectionTests has access data tried (section 5.16).
func (a *API) postConnectionTests() Resource {
	return Resource{Method: "POST", Path: "/connection_tests", Needs: SignedIn, Params: []Param{
		{Name: "environment", Alias: "env_name", Type: String, Mandatory: Always},
		{Name: "test_targets", Type: List, Mandatory: Always, Check: testTargets},
		{Name: "targets_configuration", Type: List, Mandatory: Always},
	}, Handle: a.createTest}
}

// testTargets compares with the constant configuration_targets, in which
// earlier versions had no Kubernetes.
func testTargets(ctx context.Context, q *Request, v any) (string, error) {
	allowed, err := q.constantValues(ctx, "configuration_targets")
	if err != nil {
		return "", err
	}
	if q.Compat() != Current {
		allowed = slices.DeleteFunc(allowed, func(s string) bool { return s == catalog.Kubernetes })
	}
	if !among(v, allowed) {
		return notAmong("test_targets", allowed), nil
	}
	return "", nil
}

func notAmong(name string, allowed []string) string {
	return "The possible value of " + name + " is " + strings.Join(allowed, " or ")
}

func (a *API) createTest(ctx context.Context, q *Request) (Answer, error) {
	list, _ := q.Values["targets_configuration"].([]any)
	clean, wrong, err := q.sections(ctx, list, nil)
	if err != nil {
		return nil, err
	}
	if wrong != "" {
		return nil, BadRequest("%s", wrong)
	}
	targets := q.Texts("test_targets")
	for _, target := range targets {
		if !slices.ContainsFunc(clean, func(s any) bool { return s.(map[string]any)["name"] == target }) {
			return nil, BadRequest("targets_configuration should contain an entry for target '%s'", target)
		}
	}
	env := graph.EnvID(q.Text("environment"))
	if err := a.mayTest(ctx, q, env); err != nil {
		return nil, err
	}
	if a.opt.Tests == nil {
		return nil, unavailable("connection tests")
	}
	slices.Sort(targets)
	id, err := a.opt.Tests.Submit(ctx, TestOrder{Env: env, Who: q.Who(ctx), Targets: slices.Compact(targets), Sections: clean})
	if err != nil {
		return nil, err
	}
	return Created{"message": "Created a new connection test for environment " + string(env), "id": id}, nil
}

// mayTest asks for the right to edit the environment; one that is not there may
// be tried by who may add it.
func (a *API) mayTest(ctx context.Context, q *Request, env graph.EnvID) error {
	err := a.host.Permit(ctx, Edit, env)
	if errors.Is(err, graph.ErrNotFound) && a.host.Permit(ctx, CreateEnv, graph.Shared) == nil {
		return nil
	}
	if errors.Is(err, graph.ErrNotFound) {
		return q.unknownEnvironment(string(env))
	}
	return err
}

// tests are the tests of an environment: those kept in it, and those from before
// it was there, which who may add it may see.
func (q *Request) tests(ctx context.Context) (iter.Seq2[map[string]any, error], error) {
	name := q.Text("env_name")
	env, err := q.Environment(ctx, name)
	var unknown *Error
	early := q.api.host.Permit(ctx, CreateEnv, graph.Shared) == nil
	if err != nil && !(errors.As(err, &unknown) && early) {
		return nil, err
	}
	q.Env = env
	var out []map[string]any
	for _, room := range slices.Compact([]graph.EnvID{env, graph.Shared}) {
		if room == graph.Shared && !early {
			continue
		}
		for d, err := range q.api.documents(ctx, room, graph.ConnectionTests) {
			if err != nil {
				return nil, err
			}
			if room != graph.Shared || d.Body.String("environment") == name {
				out = append(out, whole(room, d))
			}
		}
	}
	if unknown != nil && len(out) == 0 {
		return nil, unknown
	}
	return func(yield func(map[string]any, error) bool) {
		for _, m := range out {
			if !yield(m, nil) {
				return
			}
		}
	}, nil
}
