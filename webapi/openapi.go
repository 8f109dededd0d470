package webapi

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// refusals are the ways in which requests fail, and what each means.
var refusals = []struct {
	status           int
	meaning, example string
	when             func(o operation) bool
}{
	{http.StatusBadRequest, "the body is no JSON", "unmarshal error", operation.hasBody},
	{http.StatusUnauthorized, "nobody is signed in, or the credentials are wrong", "sign in, or send a token: Authorization: Bearer …", func(o operation) bool { return o.need != public || o.OperationID == "login" }},
	{http.StatusForbidden, "the right for it is missing, or the request comes from another site", "this needs the right edit-env for environment \"lab\"", func(o operation) bool {
		return o.Method != http.MethodGet || o.need != public && o.need != signedIn && o.need != viewEnv
	}},
	{http.StatusNotFound, "there is none, or none that the caller may know of", "environment \"lab\": not found", func(o operation) bool {
		return strings.Contains(o.Path, "{") || o.Method == http.MethodDelete || o.hasParam("env") || o.hasParam("fits") || o.hasParam("focal_point")
	}},
	{http.StatusConflict, "it contradicts what there is: the name is taken, others need it, or it comes with Calipso", "environment \"lab\" exists: conflict", func(o operation) bool { return o.writes() || o.hasParam("id") }},
	{http.StatusGone, "the time asked for is older than what is kept", "everything is kept since 2026-03-01T00:00:00Z", operation.readsPast},
	{http.StatusPreconditionFailed, "it was changed since the client read it", "it was changed since you read it; read it again", func(o operation) bool { return o.hasParam("If-Match") }},
	{http.StatusRequestEntityTooLarge, "the body is too large", "the request's body is larger than 1048576 bytes", operation.hasBody},
	{http.StatusUnprocessableEntity, "a parameter or member is not valid; errors says which, and what would be right", "validation failed", func(o operation) bool { return len(o.Parameters) > 0 || o.hasBody() }},
	{http.StatusTooManyRequests, "too many attempts failed; Retry-After says how long to wait", "auth: too many failed attempts, wait 8s", func(o operation) bool { return o.OperationID == "login" }},
	{http.StatusInternalServerError, "something went wrong in the server; its log says what", "something went wrong in the server; its log says what, under request 5f3c0ff0", func(operation) bool { return true }},
	{http.StatusServiceUnavailable, "the server runs without the part that would answer, or the answer took too long", "the answer took too long; ask for less", func(operation) bool { return true }},
	{http.StatusInsufficientStorage, "the server's disk is full: nothing can be written", "the server's disk is full: reading goes on, nothing can be written before there is room", operation.writes},
}

// operation is one with the right that it needs.
type operation struct {
	*huma.Operation
	need access
}

func (o operation) hasBody() bool { return o.RequestBody != nil }

func (o operation) hasParam(name string) bool {
	return slices.ContainsFunc(o.Parameters, func(p *huma.Param) bool { return p.Name == name })
}

// writes tells whether it changes anything: some ask with a body.
func (o operation) writes() bool {
	return o.Method != http.MethodGet && o.need != public && o.OperationID != "traverse" && o.OperationID != "diff-any"
}

func (o operation) readsPast() bool {
	return o.OperationID == "diff-any" || slices.ContainsFunc(o.Parameters, func(p *huma.Param) bool {
		return p.Name == "at" || (p.Name == "from" || p.Name == "to") && strings.Contains(p.Description+p.Schema.Description, "snapshot")
	})
}

// examples are values of parameters that stand in many places.
var examples = map[string]string{
	"env": "lab", "id": "0ddf16c6-cfcb-428b-8c41-1a6d7510baeb", "name": "weekly-2026-03-01", "user": "ann", "cursor": "AAAAAAAAAGQ", "Accept": "application/json",
	"clique_type": "instance", "contains": "node-1-pnic-eth1", "from": "monday", "to": "2026-03-01T12:00:00Z", "scope": "moz", "source": "node-1-OVS", "target": "node-1-otep",
	"parent": "node-1", "root": "node-1", "host": "node-1", "link_type": "vnic-vedge", "type": "instance", "q": "db-1", "Last-Event-ID": "5f3c0ff0-17",
}

// complete tells of each operation how it can fail, and shows a value of each
// parameter.
func (a *API) complete() {
	doc := a.huma.OpenAPI()
	problem := doc.Components.Schemas.Schema(reflect.TypeFor[huma.ErrorModel](), true, "ErrorModel")
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for _, op := range operationsOf(doc.Paths[path]) {
			o := operation{op, a.access[op.Method+" "+ginPath(op.Path)]}
			for _, p := range op.Parameters {
				if text, known := examples[p.Name]; known && !exampled(p) {
					p.Example = text
				}
			}
			if o.hasParam("If-None-Match") {
				op.Responses["304"] = &huma.Response{Description: "nothing changed since the client read it"}
			}
			for _, r := range refusals {
				if !r.when(o) {
					continue
				}
				op.Responses[strconv.Itoa(r.status)] = &huma.Response{Ref: responses + refusalName(r.status)}
			}
		}
	}
	doc.Components.Responses = map[string]*huma.Response{}
	for _, r := range refusals {
		doc.Components.Responses[refusalName(r.status)] = &huma.Response{Description: r.meaning, Content: map[string]*huma.MediaType{
			"application/problem+json": {Schema: problem, Example: map[string]any{
				"type": "about:blank", "title": http.StatusText(r.status), "status": r.status, "detail": r.example, "instance": "urn:calipso:request:5f3c0ff0",
			}},
		}}
	}
}

// responses is where the document holds what several operations answer.
const responses = "#/components/responses/"

// refusalName is the status in one word: NotFound.
func refusalName(status int) string { return strings.ReplaceAll(http.StatusText(status), " ", "") }

func exampled(p *huma.Param) bool {
	s := p.Schema
	return p.Example != nil || len(s.Examples) > 0 || len(s.Enum) > 0 || s.Default != nil || s.Type == huma.TypeBoolean || s.Items != nil && len(s.Items.Enum) > 0
}

func operationsOf(item *huma.PathItem) []*huma.Operation {
	return slices.DeleteFunc([]*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete}, func(o *huma.Operation) bool { return o == nil })
}
