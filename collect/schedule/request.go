package schedule

import (
	"encoding/json"
	"fmt"
	"time"

	"calipso/collect/scan"
	"calipso/graph"
	"calipso/graph/snapshot"
)

// Request asks for a scan, with the documented options of collection scans.
type Request struct {
	Env           graph.EnvID `json:"environment"`
	Object        graph.ID    `json:"object_id,omitempty"`
	Clear         bool        `json:"clear,omitempty"`
	InventoryOnly bool        `json:"scan_only_inventory,omitempty"`
	LinksOnly     bool        `json:"scan_only_links,omitempty"`
	CliquesOnly   bool        `json:"scan_only_cliques,omitempty"` // nothing to do: cliques are computed when asked
	// LogLevel is what old clients ask for: it is kept, and changes nothing.
	LogLevel string `json:"log_level,omitempty"`
	Who      string `json:"user,omitempty"`
	// Schedule is the document of scheduled_scans that asks; empty: a person.
	Schedule string `json:"schedule,omitempty"`
	// Snapshot names what the scan leaves, if it is saved; empty: it gets no name.
	Snapshot        string        `json:"snapshot,omitempty"`
	SnapshotKind    snapshot.Kind `json:"snapshot_kind,omitempty"`
	SnapshotComment string        `json:"snapshot_comment,omitempty"`
	// Report is the report wanted of what the scan leaves; nil: none.
	Report *ReportOptions `json:"report_options,omitempty"`
}

// Validate tells every fault of a request.
func (r Request) Validate() error {
	var wrong []graph.FieldError
	only := 0
	for _, o := range []bool{r.InventoryOnly, r.LinksOnly, r.CliquesOnly} {
		if o {
			only++
		}
	}
	if r.Env == "" {
		wrong = append(wrong, graph.FieldError{Field: "environment", Reason: "is missing; name the environment to scan"})
	}
	if only > 1 {
		wrong = append(wrong, graph.FieldError{Field: "scan_only_inventory", Reason: "only one of scan_only_inventory, scan_only_links, scan_only_cliques may be true"})
	}
	if r.Object != "" && r.LinksOnly {
		wrong = append(wrong, graph.FieldError{Field: "object_id", Reason: "does not go with scan_only_links: links are derived for the whole environment"})
	}
	if r.Snapshot != "" {
		wrong = append(wrong, r.snapshotFaults()...)
	}
	wrong = append(wrong, r.reportFaults()...)
	if len(wrong) > 0 {
		return &graph.InvalidError{What: "scan request", Fields: wrong}
	}
	return nil
}

// Scan is a request and what became of it.
type Scan struct {
	ID string `json:"id"`
	Request
	Status    scan.Status `json:"status"`
	Submitted time.Time   `json:"submit_timestamp"`
	Started   time.Time   `json:"start_timestamp,omitzero"`
	Ended     time.Time   `json:"end_timestamp,omitzero"`
	Error     string      `json:"error,omitempty"`
	// SnapshotError is why there is no snapshot though one was asked for.
	SnapshotError string `json:"snapshot_error,omitempty"`
	// SavedReport is the id of the report that was made of what the scan left.
	SavedReport string `json:"saved_report,omitempty"`
	// ReportError is why there is none though one was wanted.
	ReportError string        `json:"report_error,omitempty"`
	Progress    scan.Progress `json:"progress"`
	// Report is there once the scan ended.
	Report *scan.Report `json:"report,omitempty"`
	// Place is the scan's number in the queue of its environment, from 1, the
	// one that runs counted; 0: it has ended. Behind is the one in front of all.
	Place  int    `json:"-"`
	Behind string `json:"-"`
}

// nothingSaved is why a scan left no snapshot, and no report.
const nothingSaved = "the scan saved nothing"

// unmade notes what a scan did not leave that ended without saving.
func (s *Scan) unmade() {
	if s.Snapshot != "" {
		s.SnapshotError = nothingSaved
	}
	if s.Request.Report != nil {
		s.ReportError = nothingSaved
	}
}

// ended tells whether nothing will change any more.
func (s *Scan) ended() bool { return s.Status != scan.Pending && s.Status != scan.Running }

func (s *Scan) document() (*graph.Document, error) {
	body, err := graph.Normalize(struct{ *Scan }{s})
	if err != nil {
		return nil, fmt.Errorf("schedule: scan %s: %w", s.ID, err)
	}
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.Scans, ID: s.ID}, Body: body.(map[string]any)}, nil
}

func parseScan(d *graph.Document) (*Scan, error) {
	b, err := json.Marshal(d.Body)
	if err != nil {
		return nil, fmt.Errorf("schedule: scan %s: %w", d.ID, err)
	}
	s := new(Scan)
	if err := json.Unmarshal(b, s); err != nil {
		return nil, fmt.Errorf("schedule: scan %s: %w", d.ID, err)
	}
	s.ID = d.ID
	return s, nil
}
