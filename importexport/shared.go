package importexport

import (
	"context"
	"fmt"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/reference"
)

// sharedDocuments reads the documents that belong to no environment, and the
// environments themselves, as one commit.
func (im *importer) sharedDocuments(ctx context.Context) error {
	view, err := im.view(ctx, graph.Shared)
	if err != nil {
		return err
	}
	b := &graph.Batch{}
	described := map[graph.EnvID]bool{}
	for _, c := range collectionsIn(shared) {
		twice := map[string]bool{}
		for d, err := range im.documents(ctx, c) {
			if err != nil {
				return err
			}
			doc, note, why := im.sharedDocument(ctx, view, c, d)
			switch {
			case why != "":
				im.count(c, Skipped, why, d.At)
				continue
			case twice[doc.ID]:
				im.count(c, Skipped, "id occurs twice", d.At)
				continue
			case note != "":
				im.count(c, Mapped, note, d.At)
			default:
				im.count(c, Taken, "", d.At)
			}
			twice[doc.ID] = true
			b.PutDocs = append(b.PutDocs, doc)
			if doc.Collection == graph.Environments {
				described[graph.EnvID(doc.ID)] = true
			}
		}
	}
	for _, env := range im.report.Environments {
		doc, err := im.undescribed(ctx, view, env, described)
		if err != nil {
			return err
		}
		if doc != nil {
			b.PutDocs = append(b.PutDocs, doc)
		}
	}
	if len(b.PutDocs) == 0 {
		return nil
	}
	return im.commit(ctx, graph.Shared, b)
}

// sharedDocument maps one document; why says why it is not taken.
func (im *importer) sharedDocument(ctx context.Context, view View, collection string, d Doc) (doc *graph.Document, note, why string) {
	b := d.Body
	c := graph.Collection(collection)
	if c == graph.Environments {
		return im.environment(ctx, view, d)
	}
	env := b.String("environment")
	switch {
	case b.Bool("shipped"):
		return nil, "", "comes with Calipso"
	case im.opt.Env != "" && env != "" && env != catalog.AnyEnvironment && env != string(im.opt.Env):
		return nil, "", "of another environment"
	case d.ID == "":
		return nil, "", "no _id"
	}
	doc = &graph.Document{DocKey: graph.DocKey{Collection: c, ID: d.ID}, Body: b}
	switch c {
	case graph.CliqueTypes:
		t, err := catalog.ParseCliqueType(doc)
		if err != nil {
			return nil, "", err.Error()
		}
		if catalog.ShippedEarlier(t) {
			return nil, "", "came with an earlier version; today's takes its place"
		}
	case graph.CliqueConstraints:
		k, err := catalog.ParseConstraint(doc)
		if err != nil {
			return nil, "", err.Error()
		}
		if k.Environment == "" && sameConstraint(k) {
			return nil, "", "comes with Calipso"
		}
	case graph.LinkTypes:
		if _, known := catalog.EdgeTypeOf(graph.EdgeType(b.String("type"))); known {
			return nil, "", "comes with Calipso"
		}
	case graph.Constants:
		if doc = reference.Imported(doc); doc == nil {
			return nil, "", "comes with Calipso"
		}
	}
	return doc, "", ""
}

func sameConstraint(k catalog.Constraint) bool {
	for _, s := range catalog.Constraints() {
		if s.FocalPoint == k.FocalPoint && fmt.Sprint(s.Attributes) == fmt.Sprint(k.Attributes) {
			return true
		}
	}
	return false
}
