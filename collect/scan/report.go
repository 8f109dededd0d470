package scan

import (
	"time"

	"calipso/graph"
)

// Status is how a scan stands or ended, as collection scans spells it.
type Status string

// The statuses of a scan.
const (
	Pending             Status = "pending"
	Running             Status = "running"
	Completed           Status = "completed"
	CompletedWithErrors Status = "completed_with_errors"
	Failed              Status = "failed"
	Aborted             Status = "aborted"
)

// Report is what a scan did.
type Report struct {
	ID      string      `json:"id"`
	Env     graph.EnvID `json:"environment"`
	Status  Status      `json:"status"`
	Start   time.Time   `json:"start_timestamp"`
	End     time.Time   `json:"end_timestamp"`
	Error   string      `json:"error,omitempty"` // why nothing was saved
	Commit  graph.Time  `json:"commit,omitzero"` // Now: nothing changed
	Changes Tally       `json:"changes"`         // vertices and edges together
	Objects []TypeTally `json:"objects"`         // by type
	Links   []TypeTally `json:"links"`           // by type
	Phases  []Phase     `json:"phases"`
	Parts   []Part      `json:"parts"`
	Sources []Source    `json:"sources"`
	// Findings are what did not fit together: at most maxFindings of them.
	Findings []Finding `json:"findings,omitempty"`
	// FindingsTotal counts all findings.
	FindingsTotal int `json:"findings_total"`
}

// maxFindings bounds what a report lists one by one.
const maxFindings = 1000

// Tally counts what a scan changed.
type Tally struct {
	Added   int `json:"added"`
	Changed int `json:"changed"`
	Removed int `json:"removed"`
}

// TypeTally counts one type: how many there are now, how many of them are
// stale, and what changed.
type TypeTally struct {
	Type  string `json:"type"`
	Count int    `json:"count"`
	Stale int    `json:"stale,omitempty"`
	Tally
}

// Phase is one stretch of a scan's time.
type Phase struct {
	Name string        `json:"name"`
	Dur  time.Duration `json:"duration_ns"`
}

// Part is how one fetcher did with one parent.
type Part struct {
	Name    string        `json:"name"`
	Fetcher string        `json:"fetcher"`
	Target  string        `json:"target,omitempty"` // the parent's id
	Host    string        `json:"host,omitempty"`
	Found   int           `json:"found"`
	Kept    int           `json:"kept,omitempty"` // stale objects kept because it failed
	Dur     time.Duration `json:"duration_ns"`
	Error   string        `json:"error,omitempty"`
}

// Source sums up the round trips to one source, and to one target of it.
type Source struct {
	Source string        `json:"source"`
	Target string        `json:"target"`
	Calls  int           `json:"calls"`
	Errors int           `json:"errors,omitempty"`
	Bytes  int64         `json:"bytes"`
	Busy   time.Duration `json:"busy_ns"` // sum over calls, which run side by side
}

// Finding is something that does not fit together, found while joining facts.
type Finding struct {
	Level  string   `json:"level"` // info, warn, error
	Object graph.ID `json:"object,omitempty"`
	Text   string   `json:"text"`
}

// Errors lists the parts that failed.
func (r *Report) Errors() []Part {
	var out []Part
	for _, p := range r.Parts {
		if p.Error != "" {
			out = append(out, p)
		}
	}
	return out
}

// Calls is the number of round trips.
func (r *Report) Calls() int {
	n := 0
	for _, s := range r.Sources {
		n += s.Calls
	}
	return n
}
