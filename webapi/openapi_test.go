package webapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"calipso/webapi/webapitest"
)

// What the tests read of the document.
type (
	apiDocument struct {
		Paths      map[string]map[string]apiOperation
		Components struct {
			Schemas   map[string]apiSchema
			Responses map[string]apiResponse
		}
	}
	apiOperation struct {
		ID          string `json:"operationId"`
		Summary     string
		Tags        []string
		Parameters  []apiParam
		RequestBody *struct {
			Content map[string]struct{ Schema apiSchema }
		}
		Responses map[string]apiResponse
	}
	apiResponse struct {
		Ref         string `json:"$ref"`
		Description string
		Content     map[string]struct{ Example any }
	}
	apiParam struct {
		Name, In, Description string
		Required              bool
		Example               any
		Schema                apiSchema
	}
	apiSchema struct {
		Type        any
		Ref         string `json:"$ref"`
		Description string
		Examples    []any
		Enum        []any
		Default     any
		Items       *apiSchema
		Properties  map[string]apiSchema
		OneOf       []apiSchema
	}
)

func readDocument(t *testing.T, s *webapitest.Test) apiDocument {
	t.Helper()
	_, _, body := s.Send(t, webapitest.Scenario{Path: "/openapi.json"}, s.Bearer("victor"))
	var doc apiDocument
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// Every route below /api/v1 is in the document, and everything in the document
// is a route, with the parameters that its path has.
func TestDocumentAndRouterAgree(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	doc := readDocument(t, s)
	told := map[string]bool{}
	ids := map[string]string{}
	for path, ops := range doc.Paths {
		for method, op := range ops {
			at := strings.ToUpper(method) + " " + strings.NewReplacer("{", ":", "}", "").Replace(path)
			told[at] = true
			if other, twice := ids[op.ID]; twice || op.ID == "" {
				t.Errorf("%s: operation id %q is that of %s", at, op.ID, other)
			}
			ids[op.ID] = at
			var inPath, params []string
			for _, part := range strings.Split(path, "/") {
				if strings.HasPrefix(part, "{") {
					inPath = append(inPath, strings.Trim(part, "{}"))
				}
			}
			for _, p := range op.Parameters {
				if p.In == "path" {
					params = append(params, p.Name)
					if !p.Required {
						t.Errorf("%s: path parameter %s is not required", at, p.Name)
					}
				}
			}
			slices.Sort(inPath)
			slices.Sort(params)
			if !slices.Equal(inPath, params) {
				t.Errorf("%s: the path has %q, the parameters %q", at, inPath, params)
			}
		}
	}
	for _, r := range s.API.RoutesForTest() {
		at := r.Method + " " + r.Path
		if strings.HasPrefix(r.Path, "/api/v1/") && !told[at] {
			t.Errorf("%s is not in the document", at)
		}
		delete(told, at)
	}
	for at := range told {
		t.Errorf("%s is in the document and is no route", at)
	}
}

// Each operation says what it is for, each parameter what it means and how it
// looks, each refusal why and how it reads.
func TestDocumentIsComplete(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	doc := readDocument(t, s)
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for method, op := range doc.Paths[path] {
			at := strings.ToUpper(method) + " " + path
			if op.Summary == "" || len(op.Tags) == 0 {
				t.Errorf("%s: no summary, or no tag", at)
			}
			for _, p := range op.Parameters {
				if p.Description == "" && p.Schema.Description == "" {
					t.Errorf("%s: %s %s is not described", at, p.In, p.Name)
				}
				shown := p.Example != nil || len(p.Schema.Examples)+len(p.Schema.Enum) > 0 || p.Schema.Default != nil || p.Schema.Type == "boolean" ||
					p.Schema.Items != nil && len(p.Schema.Items.Enum) > 0
				if !shown {
					t.Errorf("%s: no example of %s %s", at, p.In, p.Name)
				}
			}
			done, refused := 0, 0
			for status, r := range op.Responses {
				if name, ok := strings.CutPrefix(r.Ref, "#/components/responses/"); ok {
					r = doc.Components.Responses[name]
				}
				if r.Description == "" {
					t.Errorf("%s: %s is not described", at, status)
				}
				switch status[0] {
				case '2':
					done++
				case '4':
					refused++
					if r.Content["application/problem+json"].Example == nil {
						t.Errorf("%s: no example of a %s", at, status)
					}
				}
			}
			if done == 0 || refused == 0 {
				t.Errorf("%s tells of %d ways to succeed and %d to be refused", at, done, refused)
			}
			if op.RequestBody == nil {
				continue
			}
			for _, c := range op.RequestBody.Content {
				described(t, doc, at, c.Schema)
			}
		}
	}
}

// described asks of each member of a request's body what it means.
func described(t *testing.T, doc apiDocument, at string, s apiSchema) {
	t.Helper()
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		s = doc.Components.Schemas[name]
	}
	for name, p := range s.Properties {
		if p.Description == "" && p.Ref == "" && name != "$schema" {
			t.Errorf("%s: member %s is not described", at, name)
		}
	}
}

// No route answers in a way that the document does not tell of, whoever asks.
func TestNoAnswerIsUntold(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	doc := readDocument(t, s)
	for _, as := range []string{"", webapitest.GuestName, webapitest.EditorName, webapitest.AdminName} {
		token := s.Bearer(as)
		for _, r := range s.API.RoutesForTest() {
			if !strings.HasPrefix(r.Path, "/api/v1/") || r.Path == "/api/v1/sessions" && r.Method == http.MethodDelete {
				continue
			}
			path := r.Path
			for _, part := range strings.Split(r.Path, "/") {
				if name, ok := strings.CutPrefix(part, ":"); ok {
					path = strings.Replace(path, part, "{"+name+"}", 1)
				}
			}
			op := doc.Paths[path][strings.ToLower(r.Method)]
			status := ask(t, s, r.Method, fill(r.Path, webapitest.EnvName), token)
			if _, told := op.Responses[fmt.Sprint(status)]; !told {
				t.Errorf("%s %s by %q answered %d, which the document does not tell of", r.Method, r.Path, as, status)
			}
		}
	}
}
