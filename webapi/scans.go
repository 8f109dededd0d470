package webapi

import (
	"context"
	"fmt"
	"slices"
	"time"

	"calipso/graph"
)

// Scans is the scan queue.
type Scans interface {
	// Submit queues a scan. Errors: graph.ErrNotFound, *graph.InvalidError.
	Submit(ctx context.Context, req ScanRequest) (*ScanStatus, error)
	// List gives the scans of an environment, newest first.
	List(ctx context.Context, env graph.EnvID) ([]*ScanStatus, error)
	// Get errors: graph.ErrNotFound.
	Get(ctx context.Context, env graph.EnvID, id string) (*ScanStatus, error)
	// Abort stops a scan that runs, or takes it out of the queue. Errors:
	// graph.ErrNotFound; graph.ErrConflict if it has ended.
	Abort(ctx context.Context, env graph.EnvID, id string) error
	// Watch calls f for each change of any scan until ctx ends, which is no
	// error. It is f's caller that keeps the calls few a second.
	Watch(ctx context.Context, f func(*ScanStatus)) error
}

// ScanOptions are what a client may choose, under their documented names.
type ScanOptions struct {
	ObjectID          graph.ID `json:"object_id,omitempty" doc:"scan this object and what hangs under it; default: all"`
	Clear             bool     `json:"clear,omitempty" doc:"forget what is known instead of keeping it where a source fails"`
	ScanOnlyInventory bool     `json:"scan_only_inventory,omitempty" doc:"leave the links as they are"`
	ScanOnlyLinks     bool     `json:"scan_only_links,omitempty" doc:"derive the links anew, asking no source"`
	ScanOnlyCliques   bool     `json:"scan_only_cliques,omitempty" doc:"accepted for old clients; cliques are computed when asked for"`
	LogLevel          string   `json:"log_level,omitempty" enum:"critical,error,warning,info,debug,notset" doc:"accepted for old clients and kept; a scan tells all in its report"`
	Snapshot          string   `json:"snapshot,omitempty" maxLength:"100" doc:"name for a snapshot of what the scan leaves, if it is saved"`
	SnapshotKind      string   `json:"snapshot_kind,omitempty" enum:"scheduled,manual,design,pre,during,post" doc:"what that is for; default: manual"`
	SnapshotComment   string   `json:"snapshot_comment,omitempty" maxLength:"4000" doc:"in your words"`
}

// ScanRequest asks for one scan.
type ScanRequest struct {
	Env graph.EnvID
	Who string // the caller's user name
	ScanOptions
}

// ScanStatus is a scan and what became of it.
type ScanStatus struct {
	ID  string      `json:"id" doc:"of the request"`
	Env graph.EnvID `json:"environment" doc:"the environment scanned"`
	Who string      `json:"user,omitempty" doc:"who asked for it"`
	ScanOptions
	Status    string       `json:"status" enum:"draft,pending,running,completed,completed_with_errors,failed,aborted" doc:"how it stands"`
	Submitted time.Time    `json:"submit_timestamp" doc:"when it was asked for"`
	Started   time.Time    `json:"start_timestamp,omitzero" doc:"when it began"`
	Ended     time.Time    `json:"end_timestamp,omitzero" doc:"when it ended, however it ended"`
	Progress  ScanProgress `json:"progress" doc:"how far it is"`
	Counts    *ScanCounts  `json:"counts,omitempty" doc:"what it found; once it ended"`
	Error     string       `json:"error,omitempty" doc:"why it failed"`
	// SnapshotError is why there is no snapshot though one was asked for.
	SnapshotError string      `json:"snapshot_error,omitempty" doc:"why the snapshot was not made"`
	SavedReport   string      `json:"saved_report,omitempty" doc:"id of the report that was made of what the scan left"`
	ReportError   string      `json:"report_error,omitempty" doc:"why the report was not made"`
	Place         int         `json:"place,omitempty" doc:"its number in the queue of its environment, the one that runs counted"`
	Behind        string      `json:"behind,omitempty" doc:"the scan at the front of that queue"`
	Errors        []ScanError `json:"errors,omitempty" doc:"parts that failed; what they showed before is kept and marked stale"`
	// Report is the scan's own account, in the scan's own words.
	Report any `json:"report,omitempty" doc:"durations by phase, counts by type and source; once it ended"`
}

// ScanProgress is how far a scan is.
type ScanProgress struct {
	Phase   string `json:"phase,omitempty" doc:"what it does now"`
	Done    int    `json:"done" doc:"parts done in this phase"`
	Total   int    `json:"total" doc:"parts known of so far; grows while objects are found"`
	Objects int    `json:"objects" doc:"objects found so far"`
	Errors  int    `json:"errors" doc:"parts that failed so far"`
	Current string `json:"current,omitempty" doc:"the part that ended last"`
}

// ScanCounts is what a scan found and changed.
type ScanCounts struct {
	Objects int `json:"objects" doc:"objects there are now"`
	Links   int `json:"links" doc:"links there are now"`
	Added   int `json:"added" doc:"objects and links that are new"`
	Changed int `json:"changed" doc:"objects and links that are different"`
	Removed int `json:"removed" doc:"objects and links that are gone"`
}

// ScanError is one part that failed.
type ScanError struct {
	Part    string `json:"part" doc:"which fetcher, at which host"`
	Message string `json:"message" doc:"why"`
}

type scanListRequest struct {
	EnvPath
	PageQuery
	Status []string  `query:"status,explode" maxItems:"10" doc:"only those that stand so" example:"running"`
	Object graph.ID  `query:"object_id" maxLength:"4096" doc:"only scans of this object and what hangs under it" example:"node-1"`
	From   time.Time `query:"from" doc:"only those asked for from this time on (RFC 3339)" example:"2026-03-01T12:00:00Z"`
	To     time.Time `query:"to" doc:"only those asked for up to this time" example:"2026-03-02T12:00:00Z"`
}

// matches tells whether a scan is wanted.
func (in *scanListRequest) matches(s *ScanStatus) bool {
	return (len(in.Status) == 0 || slices.Contains(in.Status, s.Status)) && (in.Object == "" || s.ObjectID == in.Object) &&
		(in.From.IsZero() || !s.Submitted.Before(in.From)) && (in.To.IsZero() || !s.Submitted.After(in.To))
}

type scanListReply struct{ Body ListBody[*ScanStatus] }

// listScans serves GET /api/v1/environments/{env}/scans.
func (a *API) listScans(ctx context.Context, in *scanListRequest) (*scanListReply, error) {
	if a.opt.Scans == nil {
		return nil, fmt.Errorf("scans: %w", ErrUnavailable)
	}
	all, err := a.opt.Scans.List(ctx, in.Env)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(slices.Clone(all), func(s *ScanStatus) bool { return !in.matches(s) })
	body, err := pageOf(all, in.PageQuery)
	if err != nil {
		return nil, err
	}
	return &scanListReply{Body: body}, nil
}

type scanRequest struct {
	EnvPath
	Scan string `path:"id" doc:"id of the scan request"`
}

type scanReply struct{ Body *ScanStatus }

// getScan serves GET /api/v1/environments/{env}/scans/{id}: 200, 404.
func (a *API) getScan(ctx context.Context, in *scanRequest) (*scanReply, error) {
	if a.opt.Scans == nil {
		return nil, fmt.Errorf("scans: %w", ErrUnavailable)
	}
	s, err := a.opt.Scans.Get(ctx, in.Env, in.Scan)
	if err != nil {
		return nil, err
	}
	return &scanReply{Body: s}, nil
}

// abortScan serves POST /api/v1/environments/{env}/scans/{id}/abort and DELETE
// …/scans/{id}: 202 scan, 404, 409. A scan that runs ends a little later, as aborted.
func (a *API) abortScan(ctx context.Context, in *scanRequest) (*scanReply, error) {
	if a.opt.Scans == nil {
		return nil, fmt.Errorf("scans: %w", ErrUnavailable)
	}
	if err := a.opt.Scans.Abort(ctx, in.Env, in.Scan); err != nil {
		return nil, err
	}
	return a.getScan(ctx, in)
}

type newScanRequest struct {
	EnvPath
	Body *ScanOptions
}

type newScanReply struct {
	Location string `header:"Location" doc:"where its progress is"`
	Body     *ScanStatus
}

// submitScan serves POST /api/v1/environments/{env}/scans: 202, 404, 422.
func (a *API) submitScan(ctx context.Context, in *newScanRequest) (*newScanReply, error) {
	if a.opt.Scans == nil {
		return nil, fmt.Errorf("scans: %w", ErrUnavailable)
	}
	req := ScanRequest{Env: in.Env, Who: principal(ctx).User.Name}
	if in.Body != nil {
		req.ScanOptions = *in.Body
	}
	s, err := a.opt.Scans.Submit(ctx, req)
	if err != nil {
		return nil, err
	}
	return &newScanReply{Location: "/api/v1/environments/" + escapePath(string(in.Env)) + "/scans/" + escapePath(s.ID), Body: s}, nil
}
