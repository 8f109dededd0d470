package conntest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"calipso/graph"
)

// Status of a test.
type Status string

// A test waits or runs as Requested and ends as Answered.
const (
	Requested Status = "request"
	Answered  Status = "response"
)

// Request asks for a test.
type Request struct {
	// Env need not exist: access data is tried before it is stored.
	Env graph.EnvID
	Who string
	// Targets are names of configuration sections.
	Targets []string
	// Sections are the targets' configuration sections; each names itself.
	Sections []any
}

// Test is a document of collection connection_tests.
type Test struct {
	ID        string      `json:"-"`
	Env       graph.EnvID `json:"environment"`
	Who       string      `json:"user,omitempty"`
	Targets   []string    `json:"test_targets"`
	Status    Status      `json:"status"`
	Submitted time.Time   `json:"submit_timestamp"`
	// Results says of each target whether it can be used, all false at first;
	// Errors why not.
	Results map[string]bool   `json:"test_results"`
	Errors  map[string]string `json:"errors"`
	// Answer is when the test ended, zero until then; Took is the time since it
	// was asked for, as H:MM:SS.ffffff.
	Answer time.Time `json:"response_timestamp,omitzero"`
	Took   string    `json:"response_time,omitempty"`
	// Sections hold secrets until the test is answered, and none after.
	Sections []any `json:"-"`

	room graph.EnvID // where the document is
}

// document is the test as it is stored.
func (t *Test) document() (*graph.Document, error) {
	v, err := graph.Normalize(struct{ *Test }{t})
	if err != nil {
		return nil, fmt.Errorf("conntest: %s: %w", t.ID, err)
	}
	body := v.(map[string]any)
	body["targets_configuration"] = t.Sections
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.ConnectionTests, ID: t.ID}, Body: body}, nil
}

func parse(room graph.EnvID, d *graph.Document) (*Test, error) {
	plain := d.Body.Clone()
	delete(plain, "targets_configuration")
	b, err := json.Marshal(plain)
	if err != nil {
		return nil, fmt.Errorf("conntest: %s: %w", d.ID, err)
	}
	t := &Test{ID: d.ID, room: room}
	if err := json.Unmarshal(b, t); err != nil {
		return nil, fmt.Errorf("conntest: %s: %w", d.ID, err)
	}
	t.Sections, _ = d.Body["targets_configuration"].([]any)
	return t, nil
}

// environment is the cloud that the sections describe.
//
// Errors: *graph.InvalidError.
func (r Request) environment() (*graph.Environment, error) {
	name := r.Env
	if name == "" {
		return nil, &graph.InvalidError{What: "connection test", Fields: []graph.FieldError{{Field: "environment", Reason: "is missing; name the environment that the access data is for"}}}
	}
	env, err := graph.ParseEnvironment(graph.Attrs{"name": string(name), "configuration": r.Sections})
	if err != nil {
		return nil, err
	}
	var wrong []graph.FieldError
	if len(r.Targets) == 0 {
		wrong = append(wrong, graph.FieldError{Field: "test_targets", Reason: "is empty; name what to try, such as OpenStack"})
	}
	for i, target := range r.Targets {
		if _, ok := env.Section(target); !ok {
			wrong = append(wrong, graph.FieldError{Field: "targets_configuration", Reason: fmt.Sprintf("has no section %q, which is to be tried", target)})
		}
		if slices.Contains(r.Targets[:i], target) {
			wrong = append(wrong, graph.FieldError{Field: "test_targets", Reason: fmt.Sprintf("names %q twice", target)})
		}
	}
	if len(wrong) > 0 {
		return nil, &graph.InvalidError{What: "connection test", Fields: wrong}
	}
	return env, nil
}

// forget takes the secrets out of the sections.
func forget(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			if _, secret := e.(graph.Secret); !secret {
				out[k] = forget(e)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = forget(e)
		}
		return out
	}
	return v
}

// conceal takes the sections' secrets out of a text: a service may repeat what
// it was sent.
func (t *Test) conceal(text string) string {
	env := graph.Environment{Body: graph.Attrs{"configuration": t.Sections}}
	return env.Conceal(text)
}
