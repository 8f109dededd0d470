package webapi

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// ExportFormat is one form of an export.
type ExportFormat struct {
	Name      string
	MediaType string
	Suffix    string // of file names
}

// MongoFormat carries whole environments with their documents, so that they
// can be imported; all others hold objects and links.
const MongoFormat = "mongo"

// ExportFormats lists all there are.
func ExportFormats() []ExportFormat {
	return []ExportFormat{
		{MongoFormat, "application/x-tar", ".tar"},
		{"graphml", "application/graphml+xml", ".graphml"},
		{"dot", "text/vnd.graphviz; charset=utf-8", ".dot"},
		{"cytoscape", "application/vnd.cytoscape.cyjs+json", ".cyjs"},
		{"csv", "application/zip", ".zip"},
	}
}

func exportFormat(name string) (f ExportFormat, ok bool) {
	for _, f := range ExportFormats() {
		if f.Name == name {
			return f, true
		}
	}
	return f, false
}

// exportOperation describes an operation that answers with an export.
func exportOperation(op huma.Operation) huma.Operation {
	content := map[string]*huma.MediaType{}
	for _, f := range ExportFormats() {
		content[f.MediaType] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary", Description: "format=" + f.Name}}
	}
	op.Responses = map[string]*huma.Response{"200": {Description: http.StatusText(http.StatusOK), Content: content}}
	op.Description = "Written as it is read, of any size; an answer that ends without the end of its format, or whose connection is cut, is not whole. Folders are no part of graphs; secrets are masked."
	return op
}
