package webapi

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"calipso/graph"
	"calipso/query/paper"
	"calipso/query/report"
)

// reportRoutes are those of reports.
func (a *API) reportRoutes(env string) {
	add(a, viewEnv, a.reportOperation(op("health", http.MethodGet, env+"/health", "reports", "How instances and what serves them stand", http.StatusOK), "Health", healthReport, "how things stand", healthText), a.environmentHealth)
	add(a, viewEnv, op("list-reports", http.MethodGet, env+"/reports", "reports", "Kept reports, newest first", http.StatusOK), a.listReports)
	add(a, editEnv, op("create-report", http.MethodPost, env+"/reports", "reports", "Make a report and keep it", http.StatusCreated), a.createReport)
	add(a, viewEnv, a.reportOperation(op("get-report", http.MethodGet, env+"/reports/{id}", "reports", "A kept report", http.StatusOK), "Kept", keptReport, "the report", reportText), a.getReport)
	add(a, editEnv, op("remove-report", http.MethodDelete, env+"/reports/{id}", "reports", "Forget a report", http.StatusNoContent), a.removeReport)
}

// keptReports is nil with an error if no reports are kept here.
func (a *API) keptReports() (*report.Keeper, error) {
	if a.opt.Reports == nil {
		return nil, fmt.Errorf("reports: %w", ErrUnavailable)
	}
	return a.opt.Reports, nil
}

type reportListRequest struct {
	EnvPath
	PageQuery
	Kind []string `query:"kind,explode" maxItems:"10" doc:"only of these kinds" example:"weekly"`
}

type reportListReply struct {
	Body ListBody[*report.Report]
}

// listReports serves GET /api/v1/environments/{env}/reports.
func (a *API) listReports(ctx context.Context, in *reportListRequest) (*reportListReply, error) {
	k, err := a.keptReports()
	if err != nil {
		return nil, err
	}
	var kinds []report.Kind
	for _, text := range in.Kind {
		kinds = append(kinds, report.Kind(text))
	}
	all, err := k.List(ctx, in.Env, kinds...)
	if err != nil {
		return nil, err
	}
	body, err := pageOf(all, in.PageQuery)
	if err != nil {
		return nil, err
	}
	return &reportListReply{Body: body}, nil
}

type newReportRequest struct {
	EnvPath
	Body struct {
		Kind    string   `json:"kind" enum:"diff,clique-diff,health,weekly" doc:"what it tells"`
		Title   string   `json:"title,omitempty" maxLength:"200" doc:"default: one that says what it is"`
		Change  string   `json:"change,omitempty" maxLength:"100" doc:"number of the planned change that it belongs to"`
		Text    string   `json:"text,omitempty" maxLength:"20000" doc:"in your words"`
		To      string   `json:"to,omitempty" maxLength:"200" doc:"the time, or snapshot, it is about; default: now"`
		From    string   `json:"from,omitempty" maxLength:"200" doc:"the earlier time or snapshot: to compare with; for health, whose instances are expected; weekly finds it by itself"`
		Object  graph.ID `json:"object_id,omitempty" doc:"whose clique is compared"`
		Scope   string   `json:"scope,omitempty" maxLength:"400" doc:"limit it to this scope"`
		Group   string   `json:"group,omitempty" enum:"host,project,network" doc:"group differences by this"`
		Folders bool     `json:"folders,omitempty" doc:"count the folders of the tree too"`
	}
}

type newReportReply struct {
	Location string `header:"Location" doc:"where it is"`
	Body     *report.Report
}

// createReport serves POST /api/v1/environments/{env}/reports: 201, 404, 422.
func (a *API) createReport(ctx context.Context, in *newReportRequest) (*newReportReply, error) {
	k, err := a.keptReports()
	if err != nil {
		return nil, err
	}
	b := in.Body
	if _, err := a.scopeOf(ctx, b.Scope); err != nil {
		return nil, err
	}
	r, err := k.Create(ctx, report.Request{
		Env: in.Env, Kind: report.Kind(b.Kind), Title: b.Title, Change: b.Change, Text: b.Text, Author: principal(ctx).User.Name,
		To: b.To, From: b.From, Object: b.Object, Scope: b.Scope, Group: b.Group, Folders: b.Folders,
	})
	if err != nil {
		return nil, err
	}
	return &newReportReply{Location: "/api/v1/environments/" + escapePath(string(in.Env)) + "/reports/" + escapePath(r.ID), Body: r}, nil
}

// ReportPath is a kept report in a path.
type ReportPath struct {
	EnvPath
	Report string `path:"id" maxLength:"100" doc:"id of the report"`
}

type reportRequest struct {
	ReportPath
	FormatQuery
}

// getReport serves GET …/reports/{id}: 200, 404.
func (a *API) getReport(ctx context.Context, in *reportRequest) (*huma.StreamResponse, error) {
	k, err := a.keptReports()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := k.Write(ctx, &out, in.format(), in.Env, in.Report); err != nil {
		return nil, err
	}
	return reportReply(in.format(), out.Bytes(), paper.ContentPolicy()), nil
}

// removeReport serves DELETE …/reports/{id}: 204, 404.
func (a *API) removeReport(ctx context.Context, in *ReportPath) (*struct{}, error) {
	k, err := a.keptReports()
	if err != nil {
		return nil, err
	}
	return nil, k.Remove(ctx, principal(ctx).User.Name, in.Env, in.Report)
}
