package schedule

import (
	"context"
	"fmt"
	"slices"

	"calipso/collect/scan"
	"calipso/graph"
)

// Reports makes reports of what scans leave, and keeps them.
type Reports interface {
	// Make gives the id of the report.
	Make(ctx context.Context, r ReportRequest) (id string, err error)
}

// ReportOptions say what report a schedule wants of each of its scans.
type ReportOptions struct {
	// Kind is "weekly" or "health".
	Kind  string `json:"kind"`
	Scope string `json:"scope,omitempty"`
	// Title may hold a time as the name of a snapshot does; empty: the report
	// names itself.
	Title string `json:"title,omitempty"`
}

// reportKinds are the reports that scans can be asked for.
var reportKinds = []string{"weekly", "health"}

// ReportRequest asks for the report of a scan.
type ReportRequest struct {
	Env graph.EnvID
	ReportOptions
	// Snapshot is the name of what the scan left; empty: it has none.
	Snapshot string
	// At is the time of what it left.
	At                  graph.Time
	Scan, Schedule, Who string
}

// maxTitle is how long the title of a report is at most, in bytes.
const maxTitle = 200

func (r Request) reportFaults() []graph.FieldError {
	if r.Report == nil {
		return nil
	}
	var out []graph.FieldError
	if !slices.Contains(reportKinds, r.Report.Kind) {
		out = append(out, graph.FieldError{Field: "report.kind", Reason: fmt.Sprintf("%q is none of %v", r.Report.Kind, reportKinds)})
	}
	if len(r.Report.Title) > maxTitle {
		out = append(out, graph.FieldError{Field: "report.title", Reason: fmt.Sprintf("is longer than %d bytes", maxTitle)})
	}
	if r.Report.Kind == "weekly" && r.Snapshot == "" {
		out = append(out, graph.FieldError{Field: "snapshot", Reason: "is missing: a weekly report compares the snapshots of its schedule, so give them a name such as weekly-2006-01-02"})
	}
	return out
}

// noReports is the error of asking for what this queue cannot make.
func noReports(what string) error {
	return &graph.InvalidError{What: what, Fields: []graph.FieldError{{Field: "report", Reason: "cannot be asked for: this server keeps no reports"}}}
}

// makeReport has the report made that a scan is to leave. What it is about is
// saved already, so if it fails only the report is missing.
func (q *Queue) makeReport(ctx context.Context, s *Scan) {
	if s.Request.Report == nil {
		return
	}
	if s.Status != scan.Completed && s.Status != scan.CompletedWithErrors {
		s.ReportError = nothingSaved
		return
	}
	r := ReportRequest{Env: s.Env, ReportOptions: *s.Request.Report, At: s.Report.Commit, Scan: s.ID, Schedule: s.Schedule, Who: s.Who}
	if s.SnapshotError == "" {
		r.Snapshot = s.Snapshot
	}
	id, err := q.askReport(ctx, r)
	if err != nil {
		s.ReportError = err.Error()
		return
	}
	s.SavedReport = id
}

func (q *Queue) askReport(ctx context.Context, r ReportRequest) (id string, err error) {
	if q.opt.Reports == nil {
		return "", noReports("scan request")
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("schedule: panic in report: %v", p)
		}
	}()
	return q.opt.Reports.Make(ctx, r)
}
