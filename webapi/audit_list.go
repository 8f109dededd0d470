package webapi

import (
	"context"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"calipso/graph"
	"calipso/webapi/audit"
)

type auditRequest struct {
	Who  string      `query:"who" maxLength:"128" doc:"only of this account" example:"ann"`
	What string      `query:"what" maxLength:"512" doc:"only this operation (login, login-refused, change-user, …), or what changed documents of this collection or id" example:"login-refused"`
	Env  graph.EnvID `query:"env" maxLength:"512" doc:"only what concerns this environment"`
	Addr string      `query:"address" maxLength:"64" doc:"only from this address" example:"192.0.2.10"`
	From string      `query:"from" maxLength:"40" doc:"not earlier: RFC 3339 or a date"`
	To   string      `query:"to" maxLength:"40" doc:"not later: RFC 3339 or a date"`
	PageQuery
	LinesHeader
}

// auditBody is one page of the audit log.
type auditBody struct {
	ListBody[*audit.Entry]
	TotalExact bool `json:"total_exact" doc:"false: there are more than were counted"`
}

// mostCounted is how many entries are counted for the total of a list.
const mostCounted = 10_000

// listAudit serves GET /api/v1/audit, a page or, in lines, all of it. Entries
// that tell of an environment which the caller may not view are not there.
func (a *API) listAudit(ctx context.Context, in *auditRequest) (*huma.StreamResponse, error) {
	if a.opt.Audit == nil {
		return nil, fmt.Errorf("audit log: %w", ErrUnavailable)
	}
	q := audit.Query{Who: in.Who, What: in.What, Env: in.Env, From: in.Addr}
	var err error
	if q.Sees, err = a.sees(ctx); err != nil {
		return nil, err
	}
	for _, t := range []struct {
		name, text string
		to         *time.Time
	}{{"from", in.From, &q.Since}, {"to", in.To, &q.Until}} {
		at, err := graph.ParseTime(t.text)
		if err != nil {
			return nil, invalidQuery(t.name, "is neither RFC 3339 (2026-03-01T12:00:00Z) nor a date (2026-03-01)")
		}
		*t.to = at.Std()
	}
	if in.lines() {
		return firstThenLines(ctx, a, a.opt.Audit.Entries(ctx, q), func(e *audit.Entry) any { return e })
	}
	body, err := a.auditPage(ctx, q, in.PageQuery)
	if err != nil {
		return nil, err
	}
	return inJSON(body)
}

// auditPage is one page; its cursor is the id of the entry that comes next.
func (a *API) auditPage(ctx context.Context, q audit.Query, page PageQuery) (*auditBody, error) {
	body := &auditBody{ListBody: ListBody[*audit.Entry]{Items: []*audit.Entry{}}, TotalExact: true}
	begun := page.Cursor == ""
	for e, err := range a.opt.Audit.Entries(ctx, q) {
		if err != nil {
			return nil, err
		}
		body.Total++
		begun = begun || e.ID >= page.Cursor // the entry itself may be gone by now
		switch full := len(body.Items) == page.Limit; {
		case begun && !full:
			body.Items = append(body.Items, e)
		case begun && body.Next == "":
			body.Next = e.ID
		}
		if body.Total >= mostCounted && body.Next != "" {
			body.TotalExact = false
			break
		}
	}
	return body, nil
}
