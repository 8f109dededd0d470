package envdoc_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"calipso/graph"
	"calipso/graph/envdoc"
	"calipso/graph/kv/memory"
	"calipso/graph/reference"
)

func open(t *testing.T) (*graph.Store, *envdoc.Keeper) {
	t.Helper()
	st, err := graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	return st, envdoc.New(st, reference.New(st, reference.Options{}), envdoc.Options{Clock: func() time.Time { now = now.Add(time.Second); return now }})
}

func doc(more graph.Attrs) graph.Attrs {
	d := graph.Attrs{"name": "lab", "mechanism_drivers": []any{"OVS"}, "configuration": []any{
		map[string]any{"name": "OpenStack", "host": "10.0.0.1", "user": "u", "pwd": "p"},
	}}
	for k, v := range more {
		d[k] = v
	}
	return d
}

func TestSecretsAndConditions(t *testing.T) {
	_, k := open(t)
	ctx := t.Context()
	if _, err := k.Put(ctx, "ann", doc(nil), false); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
	if _, err := k.Put(ctx, "ann", doc(nil), true); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Put(ctx, "ann", doc(nil), true); !errors.Is(err, graph.ErrConflict) {
		t.Error(err)
	}
	masked := doc(nil)
	masked["configuration"].([]any)[0].(map[string]any)["pwd"] = graph.NewSecret("x").String()
	refuse := errors.New("no")
	if _, err := k.Change(ctx, "ann", masked, func(stored *graph.Environment) error { return refuse }); !errors.Is(err, refuse) {
		t.Error(err)
	}
	if _, err := k.Change(ctx, "ann", masked, nil); err != nil {
		t.Fatal(err)
	}
	env, err := k.Get(ctx, "lab")
	if err != nil {
		t.Fatal(err)
	}
	if sec, _ := env.Section("OpenStack"); sec.Secret("pwd") != "p" {
		t.Errorf("the password is now %q", sec.Secret("pwd"))
	}
	if err := k.Remove(ctx, "ann", "lab", func(*graph.Environment) error { return refuse }); !errors.Is(err, refuse) {
		t.Error(err)
	}
	if err := k.Remove(ctx, "ann", "lab", nil); err != nil {
		t.Error(err)
	}
	if err := k.Remove(ctx, "ann", "lab", nil); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
}

func TestComplaints(t *testing.T) {
	_, k := open(t)
	section := func(s map[string]any) graph.Attrs {
		return graph.Attrs{"configuration": []any{doc(nil)["configuration"].([]any)[0], s}}
	}
	for _, c := range []struct {
		name string
		more graph.Attrs
		want string // "field: piece of the reason", "" if nothing is wrong
	}{
		{"right", nil, ""},
		{"own names of drivers", graph.Attrs{"mechanism_drivers": "openvswitch", "type_drivers": []any{"VXLAN"}}, ""},
		{"foreign fields", section(map[string]any{"name": "ACI", "host": "h", "user": "u", "pwd": "p", "colour": "red"}), ""},
		{"Bare metal", graph.Attrs{"environment_type": "Bare-metal", "configuration": []any{}}, ""},
		{"nothing yet", graph.Attrs{"configuration": []any{}}, ""},
		{"Kubernetes", graph.Attrs{"environment_type": "Kubernetes"}, "configuration: has no section Kubernetes"},
		{"driver of others", graph.Attrs{"mechanism_drivers": "Calico"}, "mechanism_drivers[0]: \"Calico\" is no mechanism driver"},
		{"half a login", section(map[string]any{"name": "CLI", "host": "h", "user": "u"}), "configuration[1].pwd: is missing in section CLI; give pwd or key or key_text"},
		{"two for one", section(map[string]any{"name": "mysql", "host": "h", "user": "u", "passwrd": "p", "key": "x"}), "configuration[1].pwd: is missing in section mysql"},
		{"mistyped", section(map[string]any{"name": "mysql", "hots": "h", "user": "u", "pwd": "p"}), "configuration[1].hots: section mysql has no such field; did you mean host?"},
		{"port of another kind", section(map[string]any{"name": "Monitoring", "rabbitmq_port": "none"}), "configuration[1].rabbitmq_port: none is no port number"},
		{"port as text", section(map[string]any{"name": "Monitoring", "rabbitmq_port": "5672"}), ""},
		{"listen to nobody", graph.Attrs{"listen": true}, "listen: is true, and there is no section AMQP"},
		{"listen to text", graph.Attrs{"listen": "yes"}, "listen: is neither true nor false"},
	} {
		_, err := k.Put(t.Context(), "ann", doc(c.more), true)
		var bad *graph.InvalidError
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want == "":
			if err := k.Remove(t.Context(), "ann", "lab", nil); err != nil {
				t.Error(err)
			}
		case !errors.As(err, &bad) || len(bad.Fields) != 1 || !strings.HasPrefix(bad.Fields[0].Error(), c.want):
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestTestsAreKept(t *testing.T) {
	st, k := open(t)
	ctx := t.Context()
	began := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	if _, err := k.KeepTest(ctx, "ann", "lab", began, nil); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
	if _, err := k.Put(ctx, "ann", doc(graph.Attrs{"operational": "error"}), true); err != nil {
		t.Fatal(err)
	}
	results := []envdoc.Result{{Target: "OpenStack", Detail: "v3"}, {Target: "node.1", Error: "nobody answers"}}
	first, err := k.KeepTest(ctx, "ann", "lab", began, results)
	if err != nil || first.OK() {
		t.Fatal(first, err)
	}
	if got, err := k.Test(ctx, "lab", first.ID); err != nil || fmt.Sprint(got) != fmt.Sprint(first) {
		t.Errorf("%v %v, want %v", got, err, first)
	}
	if env, err := k.Get(ctx, "lab"); err != nil || env.Body.String("operational") != "error" {
		t.Error(env, err)
	}
	// One that somebody asked for elsewhere, and that waits.
	if _, err := st.Commit(ctx, "lab", graph.Cause{}, &graph.Batch{PutDocs: []*graph.Document{{DocKey: graph.DocKey{Collection: graph.ConnectionTests, ID: "waits"}, Body: graph.Attrs{
		"status": "request", "submit_timestamp": began.Add(time.Minute), "test_targets": []any{"CLI"}, "test_results": map[string]any{"CLI": false}}}}}); err != nil {
		t.Fatal(err)
	}
	if got, err := k.Test(ctx, "lab", "waits"); err != nil || !got.Waits || got.OK() || got.Results[0].Error != "" {
		t.Error(got, err)
	}
	for i := range 105 {
		if _, err := k.KeepTest(ctx, "ann", "lab", began.Add(time.Duration(i+2)*time.Minute), results[:1]); err != nil {
			t.Fatal(err)
		}
	}
	all, err := k.Tests(ctx, "lab")
	if err != nil || len(all) != 100 || !all[0].Submitted.After(all[99].Submitted) {
		t.Error(len(all), err)
	}
	if env, err := k.Get(ctx, "lab"); err != nil || env.Body.String("operational") != "running" {
		t.Error(env, err)
	}
}

func TestTook(t *testing.T) {
	for d, want := range map[time.Duration]string{
		3120 * time.Millisecond: "0:00:03.120000", 26*time.Hour + 61*time.Second: "26:01:01.000000", -time.Second: "0:00:00.000000",
	} {
		if got := envdoc.Took(d); got != want {
			t.Errorf("%s: %s, want %s", d, got, want)
		}
	}
}
