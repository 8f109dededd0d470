package webapi

import (
	"context"

	"calipso/graph"
	"calipso/query"
)

type historyRequest struct {
	ObjectPath
	PageQuery
}

type historyReply struct {
	Body struct {
		ListBody[query.HistoryEntry]
		TotalExact bool        `json:"total_exact" doc:"false: there are more than were counted"`
		Since      *graph.Time `json:"complete_since,omitempty" format:"date-time" doc:"given if retention dropped earlier changes: an entry before it may sum up several"`
	}
}

// objectHistory serves GET …/objects/{id}/history: 200, 404 if there never was
// such an object.
func (a *API) objectHistory(ctx context.Context, in *historyRequest) (*historyReply, error) {
	h, err := a.opt.Query.History(ctx, query.HistoryRequest{Env: in.Env, ID: in.ID, Limit: in.Limit, Cursor: in.Cursor})
	if err != nil {
		return nil, err
	}
	out := &historyReply{}
	out.Body.Items, out.Body.Next, out.Body.Total, out.Body.TotalExact = h.Items, h.NextCursor, h.Total, h.TotalExact
	out.Body.Since = whenRetired(h.Since)
	return out, nil
}
