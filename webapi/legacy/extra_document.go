package legacy

import (
	"calipso/graph/document"
	"calipso/query"
)

// inventoryDocument is an object in the documented shape.
func inventoryDocument(o *query.Object) map[string]any {
	p := document.Place{Stale: o.Stale}
	if o.LastScanned != nil {
		p.LastScanned = o.LastScanned.UTC()
	}
	for _, r := range o.Path {
		p.Path = append(p.Path, document.Step{ID: r.ID, Type: r.Type, Name: r.Name})
	}
	return document.Object(o.Environment, o.Vertex, p)
}
