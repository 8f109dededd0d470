package main

import (
	"context"

	"calipso/collect/schedule"
	"calipso/graph"
	"calipso/query/report"
)

// scanReports makes the reports that schedules want of their scans.
type scanReports struct{ keeper *report.Keeper }

var _ schedule.Reports = scanReports{}

// Make implements schedule.Reports. A report is about the snapshot of the scan
// or, if there is none, about the time of what it left.
func (s scanReports) Make(ctx context.Context, r schedule.ReportRequest) (string, error) {
	q := report.Request{Env: r.Env, Kind: report.Kind(r.Kind), Title: r.Title, Author: r.Who, Scope: r.Scope, Scan: r.Scan, Schedule: r.Schedule}
	switch {
	case r.Snapshot != "":
		q.To = r.Snapshot
	case r.At != graph.Now:
		q.To = r.At.String()
	}
	kept, err := s.keeper.Create(ctx, q)
	if err != nil {
		return "", err
	}
	return kept.ID, nil
}
