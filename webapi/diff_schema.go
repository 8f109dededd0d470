package webapi

import (
	"maps"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"calipso/query/diff"
	"calipso/query/diff/render"
)

// diffOperation describes an operation that answers with a report of package
// diff in one of its formats.
func (a *API) diffOperation(op huma.Operation, report reflect.Type, description string) huma.Operation {
	content := map[string]*huma.MediaType{}
	for _, f := range render.Formats() {
		name := f.MediaType()
		if f == render.FormatJSON {
			content[name] = &huma.MediaType{Schema: a.diffSchema(report)}
			continue
		}
		content[name] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	}
	op.Description = description
	op.Responses = map[string]*huma.Response{"200": {Description: "what differs", Content: content}}
	op.DefaultStatus = http.StatusOK
	return op
}

// diffSchema registers the schemas of a report under names that begin with Diff:
// its objects and links are others than those of the inventory.
func (a *API) diffSchema(report reflect.Type) *huma.Schema {
	own := huma.NewMapRegistry("#/components/schemas/", func(t reflect.Type, hint string) string {
		return "Diff" + huma.DefaultSchemaNamer(t, hint)
	})
	s := own.Schema(report, true, "")
	for _, known := range own.Map() {
		for _, p := range known.Properties {
			if p.Type == huma.TypeArray {
				p.Nullable = false
			}
		}
	}
	maps.Copy(a.huma.OpenAPI().Components.Schemas.Map(), own.Map())
	return s
}

const (
	diffText = "Objects and links that were added, removed, changed or moved between two times, and whose status is another. " +
		"It costs what changed, not what exists; the same two times give the same bytes. What a source that did not answer states never counts as removed."
	cliqueDiffText = "The clique of an object at two times side by side, and what happened to its members in between, with time and cause."
)

var (
	diffReport       = reflect.TypeFor[render.Grouped]()
	cliqueDiffReport = reflect.TypeFor[diff.CliqueReport]()
)
