package main

import (
	"context"

	"calipso/collect/scan"
	"calipso/collect/schedule"
	"calipso/graph"
	"calipso/graph/snapshot"
	"calipso/index"
	"calipso/webapi"
)

// searchable has scans end when what they found can be searched for.
type searchable struct {
	scanner *scan.Scanner
	index   *index.Index
}

func (s searchable) Run(ctx context.Context, req scan.Request) (*scan.Report, error) {
	r, err := s.scanner.Run(ctx, req)
	if err == nil {
		// The scan is saved; if waiting fails the index catches up later.
		_ = s.index.CaughtUp(ctx)
	}
	return r, err
}

// scanQueue shows the scan queue to the API in the API's own types.
type scanQueue struct{ *schedule.Queue }

var _ webapi.Scans = scanQueue{}

func (q scanQueue) Submit(ctx context.Context, r webapi.ScanRequest) (*webapi.ScanStatus, error) {
	s, err := q.Queue.Submit(ctx, schedule.Request{
		Env: r.Env, Who: r.Who, Object: r.ObjectID, Clear: r.Clear,
		InventoryOnly: r.ScanOnlyInventory, LinksOnly: r.ScanOnlyLinks, CliquesOnly: r.ScanOnlyCliques, LogLevel: r.LogLevel,
		Snapshot: r.Snapshot, SnapshotKind: snapshot.Kind(r.SnapshotKind), SnapshotComment: r.SnapshotComment,
	})
	if err != nil {
		return nil, err
	}
	return scanStatus(s), nil
}

func (q scanQueue) List(ctx context.Context, env graph.EnvID) ([]*webapi.ScanStatus, error) {
	all, err := q.Queue.List(ctx, env)
	if err != nil {
		return nil, err
	}
	out := make([]*webapi.ScanStatus, len(all))
	for i, s := range all {
		out[i] = scanStatus(s)
	}
	return out, nil
}

func (q scanQueue) Get(ctx context.Context, env graph.EnvID, id string) (*webapi.ScanStatus, error) {
	s, err := q.Queue.Get(ctx, env, id)
	if err != nil {
		return nil, err
	}
	return scanStatus(s), nil
}

func (q scanQueue) Watch(ctx context.Context, f func(*webapi.ScanStatus)) error {
	w := q.Queue.Watcher()
	defer w.Close()
	w.Each(ctx, func(s *schedule.Scan) { f(scanStatus(s)) })
	return nil
}

func scanStatus(s *schedule.Scan) *webapi.ScanStatus {
	out := &webapi.ScanStatus{
		ID: s.ID, Env: s.Env, Who: s.Who,
		ScanOptions:   webapi.ScanOptions{ObjectID: s.Object, Clear: s.Clear, ScanOnlyInventory: s.InventoryOnly, ScanOnlyLinks: s.LinksOnly, ScanOnlyCliques: s.CliquesOnly, LogLevel: s.LogLevel},
		SnapshotError: s.SnapshotError, SavedReport: s.SavedReport, ReportError: s.ReportError, Place: s.Place, Behind: s.Behind,
		Status: string(s.Status), Submitted: s.Submitted, Started: s.Started, Ended: s.Ended,
		Progress: webapi.ScanProgress(s.Progress), Error: s.Error,
	}
	out.Snapshot, out.SnapshotKind, out.SnapshotComment = s.Snapshot, string(s.SnapshotKind), s.SnapshotComment
	if s.Report == nil {
		return out
	}
	out.Report = s.Report
	out.Counts = &webapi.ScanCounts{Objects: total(s.Report.Objects), Links: total(s.Report.Links), Added: s.Report.Changes.Added, Changed: s.Report.Changes.Changed, Removed: s.Report.Changes.Removed}
	for _, p := range s.Report.Errors() {
		out.Errors = append(out.Errors, webapi.ScanError{Part: p.Name, Message: p.Error})
	}
	return out
}

func total(tallies []scan.TypeTally) int {
	n := 0
	for _, t := range tallies {
		n += t.Count
	}
	return n
}
