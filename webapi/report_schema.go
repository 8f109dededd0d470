package webapi

import (
	"maps"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"calipso/query/diff"
	"calipso/query/diff/render"
	"calipso/query/health"
	"calipso/query/paper"
	"calipso/query/report"
)

// reportOperation describes an operation that answers with a report in one of
// its formats. The schemas of its JSON have names that begin with a prefix.
func (a *API) reportOperation(op huma.Operation, prefix string, report reflect.Type, answer, description string) huma.Operation {
	content := map[string]*huma.MediaType{}
	for _, f := range paper.Formats() {
		name := f.MediaType()
		switch f {
		case paper.JSON:
			content[name] = &huma.MediaType{Schema: a.reportSchema(prefix, report)}
		case paper.PDF:
			content[name] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		default:
			content[name] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
		}
	}
	op.Description = description
	op.Responses = map[string]*huma.Response{"200": {Description: answer, Content: content}}
	op.DefaultStatus = http.StatusOK
	return op
}

// reportSchema registers the schemas of a report under names that begin with a
// prefix: its objects and links are others than those of the inventory.
func (a *API) reportSchema(prefix string, report reflect.Type) *huma.Schema {
	own := huma.NewMapRegistry("#/components/schemas/", func(t reflect.Type, hint string) string {
		return prefix + huma.DefaultSchemaNamer(t, hint)
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
	healthText     = "How all instances and what serves them stand: each with its host, zone, networks, way to the physical NIC and status, with the reasons. " +
		"What is expected and not there is not_found; what a source that did not answer states is unknown. The same time gives the same bytes."
	reportText = "A kept report. JSON holds what is known of it and, as content, what it says; the other formats are written from that, so they never change."
)

var (
	diffReport       = reflect.TypeFor[render.Grouped]()
	cliqueDiffReport = reflect.TypeFor[diff.CliqueReport]()
	healthReport     = reflect.TypeFor[health.Report]()
	keptReport       = reflect.TypeFor[report.Full]()
)
