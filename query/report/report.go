package report

import (
	"encoding/json"
	"fmt"
	"time"

	"calipso/graph"
	"calipso/graph/scope"
	"calipso/query/health"
)

// Report is what is known of a kept report beside its content.
type Report struct {
	ID    string      `json:"id"`
	Env   graph.EnvID `json:"environment"`
	Kind  Kind        `json:"kind"`
	Title string      `json:"title"`
	// Lead says in one line what the report comes to.
	Lead string `json:"lead"`
	// Change is the number of a planned change that the report belongs to.
	Change string `json:"change,omitempty"`
	// Text is free text of the author's.
	Text    string    `json:"text,omitempty"`
	Author  string    `json:"author,omitempty"` // user name; empty: the server
	Created time.Time `json:"created"`
	// Schedule and Scan had it made, if any did.
	Schedule string `json:"schedule,omitempty"`
	Scan     string `json:"scan,omitempty"`

	Inputs Inputs `json:"inputs"`
	// Rules names the versions of the rules used, Program that of the program.
	Rules   string `json:"rules"`
	Program string `json:"program"`

	Totals Figures `json:"totals"`
	// Bytes is how long the content is.
	Bytes int `json:"bytes"`

	scope *scope.Scope // while it is made; nil: everything
}

// Inputs are what a report was made of.
type Inputs struct {
	From *Moment `json:"from,omitempty"`
	To   Moment  `json:"to"`
	// Object is the focal point of the clique.
	Object  graph.ID `json:"object_id,omitempty"`
	Scope   string   `json:"scope,omitempty"`
	Group   string   `json:"group,omitempty"`
	Folders bool     `json:"folders,omitempty"`
}

// Moment is a time, with the name of the snapshot that was asked for.
type Moment struct {
	Time     graph.Time `json:"time"`
	Snapshot string     `json:"snapshot,omitempty"`
}

// Figures are what trends are made of; nil: the report does not tell.
type Figures struct {
	Differences *int           `json:"differences,omitempty"`
	Instances   *health.Totals `json:"instances,omitempty"`
	Services    *health.Totals `json:"services,omitempty"`
}

func (r *Report) document() (*graph.Document, error) {
	body, err := graph.Normalize(*r)
	if err != nil {
		return nil, fmt.Errorf("report: %s: %w", r.ID, err)
	}
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.Reports, ID: r.ID}, Body: body.(map[string]any)}, nil
}

func parse(d *graph.Document) (*Report, error) {
	b, err := json.Marshal(d.Body)
	if err != nil {
		return nil, fmt.Errorf("report: %s: %w", d.ID, err)
	}
	r := new(Report)
	if err := json.Unmarshal(b, r); err != nil {
		return nil, fmt.Errorf("report: %s: %w: %w", d.ID, graph.ErrCorrupt, err)
	}
	r.ID = d.ID
	return r, nil
}
