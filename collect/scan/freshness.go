package scan

import (
	"context"
	"errors"

	"calipso/graph"
)

// AllParts is the id of the document in collection parts that says when the
// last scan of the whole environment ended; parts whose own document says ok
// (or that have none) answered then, if they were asked.
const AllParts = "*"

// partStates gives the documents of parts whose state changed. A part that
// answers as it did before costs no write: its time is that of AllParts.
func (r *run) partStates(ctx context.Context) ([]*graph.Document, error) {
	stored := map[string]graph.Attrs{}
	view, err := r.store.View(ctx, r.req.Env.Name, graph.Now)
	if err != nil && !errors.Is(err, graph.ErrNotFound) {
		return nil, err
	}
	if err == nil {
		for d, err := range view.Documents(ctx, graph.Parts) {
			if err != nil {
				return nil, err
			}
			stored[d.ID] = d.Body
		}
	}
	now := r.opt.Clock().UTC()
	var docs []*graph.Document
	put := func(id string, body graph.Attrs) {
		docs = append(docs, &graph.Document{DocKey: graph.DocKey{Collection: graph.Parts, ID: id}, Body: body})
	}
	whole := r.subtree == nil
	for _, p := range r.sortedParts() {
		was, seen := stored[p.Name]
		switch {
		case p.Error != "" && (was.String("state") != "failed" || was.String("error") != p.Error):
			body := graph.Attrs{"state": "failed", "error": p.Error, "since": now, "scan": r.req.ID}
			if t, ok := lastOK(was, stored[AllParts]); ok {
				body["ok_time"] = t
			}
			put(p.Name, body)
		case p.Error == "" && (seen || !whole):
			if !whole || was.String("state") != "ok" {
				put(p.Name, graph.Attrs{"state": "ok", "ok_time": now, "scan": r.req.ID})
			}
		}
	}
	if whole {
		put(AllParts, graph.Attrs{"state": "ok", "ok_time": now, "scan": r.req.ID})
	}
	return docs, nil
}

// lastOK is when a part last answered completely: what its document says while
// it fails, else the later of that and the last scan of the environment.
func lastOK(part, all graph.Attrs) (any, bool) {
	own, hasOwn := part["ok_time"]
	if part.String("state") == "failed" {
		return own, hasOwn
	}
	if t, ok := all["ok_time"]; ok {
		return t, true
	}
	return own, hasOwn
}
