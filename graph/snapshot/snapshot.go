package snapshot

import (
	"encoding/json"
	"fmt"
	"time"

	"calipso/graph"
)

// Snapshot is a name for a time of an environment.
type Snapshot struct {
	Name string      `json:"name"`
	Env  graph.EnvID `json:"environment"`
	// Time is that of the commit shown: reading as of it gives the snapshot.
	Time graph.Time `json:"time"`
	Kind Kind       `json:"kind"`
	// Complete: no part of a scan stood as failed at that time.
	Complete bool `json:"complete"`
	// Failed are the parts that did, by name: what they state may be outdated.
	Failed  []FailedPart `json:"failed_parts,omitempty"`
	Comment string       `json:"comment,omitempty"`
	Creator string       `json:"creator,omitempty"` // user name; empty: the server
	Created time.Time    `json:"created"`
	Scan    string       `json:"scan,omitempty"` // id of the scan at whose end it was made
}

// FailedPart is a part of a scan whose last attempt failed.
type FailedPart struct {
	Part   string `json:"part"`
	Reason string `json:"reason"`
}

// document is the form in which a snapshot is kept. Its times are text, so that
// they keep their nanoseconds wherever the document goes.
func (s *Snapshot) document() (*graph.Document, error) {
	body, err := graph.Normalize(*s)
	if err != nil {
		return nil, fmt.Errorf("snapshot: %q: %w", s.Name, err)
	}
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.Snapshots, ID: s.Name}, Body: body.(map[string]any)}, nil
}

func parse(d *graph.Document) (*Snapshot, error) {
	b, err := json.Marshal(d.Body)
	if err != nil {
		return nil, fmt.Errorf("snapshot: %q: %w", d.ID, err)
	}
	s := new(Snapshot)
	if err := json.Unmarshal(b, s); err != nil {
		return nil, fmt.Errorf("snapshot: %q: %w: %w", d.ID, graph.ErrCorrupt, err)
	}
	if s.Time <= graph.Now {
		return nil, fmt.Errorf("snapshot: %q names no time: %w", d.ID, graph.ErrCorrupt)
	}
	s.Name = d.ID
	return s, nil
}
