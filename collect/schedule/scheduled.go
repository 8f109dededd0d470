package schedule

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"calipso/graph"
	"calipso/graph/snapshot"
)

// Status of a schedule.
type Status string

// Upcoming until the first run, ongoing after it, finished when none follows.
const (
	Upcoming Status = "upcoming"
	Ongoing  Status = "ongoing"
	Finished Status = "finished"
)

// Scheduled is a scan that is made at certain times: a document of collection
// scheduled_scans. Of Recurrence and Cron one is given.
type Scheduled struct {
	ID         string      `json:"id"`
	Env        graph.EnvID `json:"environment"`
	Recurrence Recurrence  `json:"recurrence,omitempty"`
	// Freq is the older name of Recurrence; stored alike.
	Freq Recurrence `json:"freq,omitempty"`
	// Cron is five fields: minute, hour, day of month, month, day of week.
	Cron string `json:"cron,omitempty"`
	// Timezone is an IANA name; empty: UTC.
	Timezone string `json:"timezone,omitempty"`
	// First is the run from which the others are counted.
	First time.Time `json:"first_timestamp,omitzero"`
	// Due is the next run; zero: there is none.
	Due       time.Time `json:"scheduled_timestamp,omitzero"`
	Submitted time.Time `json:"submit_timestamp,omitzero"`
	Status    Status    `json:"status"`

	Object        graph.ID `json:"object_id,omitempty"`
	Clear         bool     `json:"clear"`
	InventoryOnly bool     `json:"scan_only_inventory"`
	LinksOnly     bool     `json:"scan_only_links"`
	CliquesOnly   bool     `json:"scan_only_cliques"`
	// LogLevel is what old clients ask for: it is handed on to the scans.
	LogLevel string `json:"log_level,omitempty"`
	Who      string `json:"user,omitempty"`
	// Snapshot is the name of what each scan leaves, in which 2006, 01, 02, 15,
	// 04 and 05 stand for its year, month, day, hour, minute and second.
	Snapshot string `json:"snapshot,omitempty"`
	// Report is what report each scan leaves; nil: none.
	Report *ReportOptions `json:"report,omitempty"`
	// Disabled schedules run no scans until they are switched on again.
	Disabled bool `json:"disabled,omitempty"`
	// LastScan is the scan that the last run asked for.
	LastScan string `json:"last_scan,omitempty"`

	zone *time.Location
	cron *cronRule
}

// next is the first run later than a time; zero: there is none.
func (s *Scheduled) next(after time.Time) time.Time {
	if s.cron != nil {
		return s.cron.next(after, s.zone)
	}
	return s.Recurrence.next(s.First, after, s.zone)
}

// request is what the run of a time asks for.
func (s *Scheduled) request(due time.Time) Request {
	r := Request{Env: s.Env, Object: s.Object, Clear: s.Clear, InventoryOnly: s.InventoryOnly, LinksOnly: s.LinksOnly, CliquesOnly: s.CliquesOnly, LogLevel: s.LogLevel, Who: s.Who, Schedule: s.ID}
	if s.Snapshot != "" {
		r.Snapshot, r.SnapshotKind = expand(s.Snapshot, due.In(s.zone)), snapshot.Scheduled
	}
	if s.Report != nil {
		o := *s.Report
		o.Title = expand(o.Title, due.In(s.zone))
		r.Report = &o
	}
	return r
}

// expand puts a time into the name of a snapshot.
func expand(template string, t time.Time) string {
	var pairs []string
	for _, part := range []string{"2006", "01", "02", "15", "04", "05"} {
		pairs = append(pairs, part, t.Format(part))
	}
	return strings.NewReplacer(pairs...).Replace(template)
}

func (s *Scheduled) document() (*graph.Document, error) {
	s.Freq = s.Recurrence
	body, err := graph.Normalize(struct{ *Scheduled }{s})
	if err != nil {
		return nil, fmt.Errorf("schedule: %s: %w", s.ID, err)
	}
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.ScheduledScans, ID: s.ID}, Body: body.(map[string]any)}, nil
}

// parseScheduled reads a document, also one that another program wrote: times
// without a zone are UTC, what is missing has its default.
func parseScheduled(env graph.EnvID, d *graph.Document) (*Scheduled, error) {
	body := graph.Attrs{}
	for k, v := range d.Body {
		if text, ok := v.(string); ok && strings.HasSuffix(k, "_timestamp") {
			if t, err := time.Parse("2006-01-02T15:04:05", text); err == nil {
				v = t
			}
		}
		body[k] = v
	}
	b, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("schedule: %s: %w", d.ID, err)
	}
	s := new(Scheduled)
	if err := json.Unmarshal(b, s); err != nil {
		return nil, fmt.Errorf("schedule: %s: %w", d.ID, err)
	}
	s.ID, s.Env = d.ID, env
	from := s.Submitted
	if from.IsZero() {
		from = time.Unix(0, 0)
	}
	if err := s.prepare(from); err != nil {
		return s, err
	}
	return s, nil
}
