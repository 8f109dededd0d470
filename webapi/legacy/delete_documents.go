package legacy

import (
	"context"
	"errors"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/graph/message"
)

// deletion is the resource that removes documents of an environment (section
// 5.20): those that are named, or all.
func deletion(path string, remove func(ctx context.Context, q *Request, ids []string) (int, error)) Resource {
	return Resource{Method: "DELETE", Path: path, In: InCVIM | InNew, Needs: Edit, Params: []Param{
		{Name: "env_name", Type: String, Mandatory: Always, Environment: true},
		{Name: "ids", Type: String | List},
		{Name: "all", Type: Bool},
	}, Check: whichToDelete, Handle: func(ctx context.Context, q *Request) (Answer, error) {
		ids, err := q.namedIDs()
		if err != nil {
			return nil, err
		}
		n, err := remove(ctx, q, ids)
		if err != nil {
			return nil, err
		}
		return Bare{map[string]any{"count": n}}, nil
	}}
}

func whichToDelete(_ context.Context, q *Request) error {
	switch {
	case q.Has("ids") && q.Bool("all"):
		return BadRequest("Only one of 'ids=[<objectId>,...]' or 'all=true' should be specified in query arguments")
	case !q.Has("ids") && !q.Bool("all"):
		return BadRequest("Either 'ids=[<objectId>,...]' or 'all=true' should be specified in query arguments")
	}
	_, err := q.namedIDs()
	return err
}

// namedIDs are the ids given, with or without brackets around them; nil: all.
func (q *Request) namedIDs() ([]string, error) {
	var ids []string
	for _, list := range q.Texts("ids") {
		for id := range strings.SplitSeq(strings.TrimSuffix(strings.TrimPrefix(list, "["), "]"), ",") {
			id = strings.ToLower(strings.TrimSpace(id))
			if !oidForm.MatchString(id) {
				return nil, BadRequest("Key ids failed validation")
			}
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// chosenDocuments are those of a collection that a deletion names.
func (a *API) chosenDocuments(ctx context.Context, q *Request, c graph.Collection, ids []string) ([]graph.DocKey, error) {
	var out []graph.DocKey
	for d, err := range a.documents(ctx, q.Env, c) {
		if err != nil {
			return nil, err
		}
		if ids == nil || slices.Contains(ids, string(documentOID(q.Env, d))) {
			out = append(out, d.DocKey)
		}
	}
	return out, nil
}

func (a *API) deleteMessages() Resource {
	return deletion("/messages", func(ctx context.Context, q *Request, ids []string) (int, error) {
		if a.opt.Messages == nil {
			return 0, unavailable("messages")
		}
		keys, err := a.chosenDocuments(ctx, q, graph.Messages, ids)
		if err != nil || len(keys) == 0 {
			return 0, err
		}
		var which message.Filter
		for _, k := range keys {
			which.IDs = append(which.IDs, k.ID)
		}
		return a.opt.Messages.Remove(ctx, q.Who(ctx), q.Env, which, nil)
	})
}

func (a *API) deleteScheduledScans() Resource {
	return deletion("/scheduled_scans", func(ctx context.Context, q *Request, ids []string) (int, error) {
		keys, err := a.chosenDocuments(ctx, q, graph.ScheduledScans, ids)
		if err != nil {
			return 0, err
		}
		if a.opt.Schedules == nil {
			return 0, unavailable("schedules")
		}
		n := 0
		for _, k := range keys {
			err := a.opt.Schedules.Remove(ctx, q.Who(ctx), q.Env, k.ID)
			switch {
			case err == nil:
				n++
			case !errors.Is(err, graph.ErrNotFound): // removed meanwhile
				return n, err
			}
		}
		return n, nil
	})
}
