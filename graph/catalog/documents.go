package catalog

import (
	"iter"

	"calipso/graph"
)

// Documents lists all shipped rows in the documented shapes, each marked
// "shipped": clique types, clique constraints, link types, constants, the support
// matrix, agent types, and what forms and pages show. What users add is stored beside them and survives upgrades
// (rule DM-24).
func Documents() []*graph.Document {
	var out []*graph.Document
	for _, t := range CliqueTypes() {
		out = append(out, t.Document())
	}
	for _, c := range Constraints() {
		out = append(out, c.Document())
	}
	for _, e := range EdgeTypes() {
		out = append(out, e.Document())
	}
	for _, c := range Constants() {
		out = append(out, c.Document())
	}
	for _, s := range SupportedKinds() {
		out = append(out, s.Document())
	}
	for _, rows := range [][]*graph.Document{agentDocuments(), choiceDocuments(), hoverDocuments()} {
		out = append(out, rows...)
	}
	return out
}

// Joined are the documents of a collection by id: shipped ones, and the stored
// ones, which take the place of a shipped one under the same id.
func Joined(c graph.Collection, stored iter.Seq2[*graph.Document, error]) (map[string]*graph.Document, error) {
	docs := map[string]*graph.Document{}
	for _, d := range Documents() {
		if d.Collection == c {
			docs[d.ID] = d
		}
	}
	for d, err := range stored {
		if err != nil {
			return nil, err
		}
		docs[d.ID] = d
	}
	return docs, nil
}

// Document is the edge type in the documented shape.
func (e EdgeType) Document() *graph.Document {
	from, to, _ := e.Type.Ends()
	return shippedDocument(graph.LinkTypes, string(e.Type), graph.Attrs{
		"type": string(e.Type), "description": e.Description, "endPointA": string(from), "endPointB": string(to), "shipped": true,
	})
}

func shippedDocument(c graph.Collection, key string, b graph.Attrs) *graph.Document {
	id := graph.DocumentOID(graph.Shared, c, "shipped "+key)
	return &graph.Document{DocKey: graph.DocKey{Collection: c, ID: string(id)}, Body: b}
}

// Stored joins the shipped clique types and constraints with the documents that
// users added; a document under a shipped row's id replaces it. Documents that
// do not parse are returned as errors, and left out.
func Stored(docs []*graph.Document) (types []CliqueType, constraints []Constraint, wrong []error) {
	types, constraints = CliqueTypes(), Constraints()
	for _, d := range docs {
		switch d.Collection {
		case graph.CliqueTypes:
			t, err := ParseCliqueType(d)
			if err != nil {
				wrong = append(wrong, err)
				continue
			}
			types = replace(types, t, func(o CliqueType) bool { return o.ID == t.ID })
		case graph.CliqueConstraints:
			c, err := ParseConstraint(d)
			if err != nil {
				wrong = append(wrong, err)
				continue
			}
			constraints = replace(constraints, c, func(o Constraint) bool { return o.ID == c.ID })
		}
	}
	return types, constraints, wrong
}

func replace[T any](list []T, v T, same func(T) bool) []T {
	for i := range list {
		if same(list[i]) {
			list[i] = v
			return list
		}
	}
	return append(list, v)
}
