package webapi

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// describeFiles tells the document of the routes that take or give whole files,
// which huma does not serve.
func (a *API) describeFiles() {
	text := &huma.Schema{Type: huma.TypeString}
	flag := &huma.Schema{Type: huma.TypeBoolean}
	file := func(kind, what string) map[string]*huma.MediaType {
		return map[string]*huma.MediaType{kind: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary", Description: what}}}
	}
	for _, o := range []*huma.Operation{
		{OperationID: "import", Method: http.MethodPost, Path: importPath, Tags: []string{"files"}, Summary: "Take environments from an archive",
			Description: "A tar archive of <collection>.jsonl files, MongoDB Extended JSON. With Accept: application/x-ndjson the answer is lines of progress, then the report or the problem.",
			Parameters: []*huma.Param{
				{Name: "env", In: "query", Description: "only this environment; default: all in the archive", Schema: text},
				{Name: "replace", In: "query", Description: "make the environments exactly what the archive holds; default: add and update", Schema: flag},
				{Name: "inventory", In: "query", Description: "name of the inventory collection, by which those beside it are named; default: inventory", Schema: text, Example: "inventory"},
				{Name: "users", In: "query", Description: "take users too, which needs manage-users; default: if the caller has that right", Schema: flag},
				{Name: "wait", In: "query", Description: "answer when everything can be searched", Schema: flag},
			},
			RequestBody: &huma.RequestBody{Required: true, Content: file("application/x-tar", "the archive")},
			Responses: map[string]*huma.Response{"200": {Description: "what was taken, mapped and skipped, and why", Content: map[string]*huma.MediaType{
				"application/json": {Schema: &huma.Schema{Type: huma.TypeObject}}, lineType: {Schema: text},
			}}}},
		{OperationID: "backup", Method: http.MethodGet, Path: backupPath, Tags: []string{"files"}, Summary: "Give everything, with its history, in one file",
			Description: "Needs every right there is. A backup that breaks off ends without its end mark, by which every reader knows it.",
			Parameters:  []*huma.Param{{Name: "with_key", In: "query", Description: "put the key in that opens stored secrets", Schema: flag}},
			Responses:   map[string]*huma.Response{"200": {Description: "the file", Content: file("application/octet-stream", "the file")}}},
	} {
		o.Path = spelled(o.Path)
		a.huma.OpenAPI().AddOperation(o)
	}
}

// spelled writes :name as {name}.
func spelled(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if name, ok := strings.CutPrefix(p, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}
