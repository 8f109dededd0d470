package webapi

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed docs.html
var docsText string

var docsTemplate = template.Must(template.New("docs").Parse(docsText))

// The readable page is made from the OpenAPI document and needs nothing but
// itself and one style sheet of the UI.
type docsData struct {
	Title, Version, Description string
	Groups                      []docsGroup
	Schemas                     []docsSchema
}

type docsGroup struct {
	Tag        string
	Operations []docsOperation
}

type docsOperation struct {
	ID, Method, Path, Summary, Description string
	Public                                 bool
	Params                                 []docsParam
	Body                                   string // name of a schema
	Answers                                []docsAnswer
}

type docsParam struct {
	Name, In, Type, Doc string
	Required            bool
}

type docsAnswer struct{ Status, Doc, Schema string }

type docsSchema struct {
	Name   string
	Fields []docsParam
}

func docsPage(o *huma.OpenAPI) ([]byte, error) {
	data := docsData{Title: o.Info.Title, Version: o.Info.Version, Description: o.Info.Description}
	groups := map[string][]docsOperation{}
	for _, path := range slices.Sorted(maps.Keys(o.Paths)) {
		item := o.Paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			tag := "other"
			if len(op.Tags) > 0 {
				tag = op.Tags[0]
			}
			groups[tag] = append(groups[tag], docsOf(o, op))
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(groups)) {
		data.Groups = append(data.Groups, docsGroup{tag, groups[tag]})
	}
	schemas := o.Components.Schemas.Map()
	for _, name := range slices.Sorted(maps.Keys(schemas)) {
		data.Schemas = append(data.Schemas, docsSchema{name, fieldsOf(schemas[name])})
	}
	var out bytes.Buffer
	if err := docsTemplate.Execute(&out, data); err != nil {
		return nil, fmt.Errorf("webapi: docs: %w", err)
	}
	return out.Bytes(), nil
}

func docsOf(o *huma.OpenAPI, op *huma.Operation) docsOperation {
	d := docsOperation{
		ID: op.OperationID, Method: op.Method, Path: op.Path, Summary: op.Summary, Description: op.Description,
		Public: op.Security != nil && len(op.Security) == 0,
	}
	for _, p := range op.Parameters {
		d.Params = append(d.Params, docsParam{p.Name, p.In, typeOf(p.Schema), cmp.Or(p.Description, p.Schema.Description), p.Required})
	}
	if op.RequestBody != nil {
		for _, m := range op.RequestBody.Content {
			d.Body = typeOf(m.Schema)
		}
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		r := op.Responses[status]
		if name, shared := strings.CutPrefix(r.Ref, responses); shared {
			r = o.Components.Responses[name]
		}
		answer := docsAnswer{Status: status, Doc: r.Description}
		for _, kind := range slices.Sorted(maps.Keys(r.Content)) {
			answer.Schema = typeOf(r.Content[kind].Schema)
		}
		d.Answers = append(d.Answers, answer)
	}
	return d
}

func fieldsOf(s *huma.Schema) []docsParam {
	var out []docsParam
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		f := s.Properties[name]
		out = append(out, docsParam{Name: name, Type: typeOf(f), Doc: f.Description, Required: slices.Contains(s.Required, name)})
	}
	return out
}

// typeOf names a schema in a few words.
func typeOf(s *huma.Schema) string {
	switch {
	case s == nil:
		return ""
	case s.Ref != "":
		return s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
	case s.Type == huma.TypeArray:
		return "list of " + typeOf(s.Items)
	case len(s.Enum) > 0:
		var words []string
		for _, e := range s.Enum {
			b, _ := json.Marshal(e) // what came from JSON goes back to JSON
			words = append(words, strings.Trim(string(b), `"`))
		}
		return strings.Join(words, " | ")
	case s.Format != "":
		return s.Type + " (" + s.Format + ")"
	case s.Type == huma.TypeObject && s.AdditionalProperties != nil:
		if v, ok := s.AdditionalProperties.(*huma.Schema); ok {
			return "map to " + typeOf(v)
		}
	}
	return s.Type
}
