package health

import (
	"calipso/graph"
	"calipso/query"
)

// Report is how an environment stood at a time. Lists are by name and id.
type Report struct {
	Env graph.EnvID `json:"environment"`
	// At is the time asked for; a question about now names the time of the last
	// commit.
	At graph.Time `json:"at"`
	// Scope is the name of what the report is limited to; empty: it is not.
	Scope string `json:"scope,omitempty"`
	// Baseline is the time whose instances are expected; absent: none is.
	Baseline graph.Time `json:"baseline,omitzero"`
	// Rules is the version of the rules by which statuses were found.
	Rules string `json:"rules"`

	// Totals count the instances.
	Totals    Totals     `json:"totals"`
	Instances []Instance `json:"instances"`
	// Listed is how many instances are listed: the worst, if there are more than
	// a report lists. Totals and groups count all.
	Listed int `json:"listed"`

	ServiceTotals Totals    `json:"service_totals"`
	Services      []Service `json:"services"`

	Hosts    []Group `json:"hosts"`
	Projects []Group `json:"projects"`
	Networks []Group `json:"networks"`

	// Warnings are the parts of scans that had failed then: what they state was
	// as last known.
	Warnings []Failure `json:"warnings"`
}

// Healthy tells that nothing is in error or missing.
func (r *Report) Healthy() bool {
	return r.Totals.Error+r.Totals.NotFound+r.ServiceTotals.Error == 0
}

// Instance is one instance of a report.
type Instance struct {
	query.Ref
	Status Level `json:"status"`
	// Reasons are what makes the status other than OK.
	Reasons []string `json:"reasons"`
	// Stale: the source that states it did not answer.
	Stale    bool        `json:"stale,omitempty"`
	Host     string      `json:"host,omitempty"`
	Zone     string      `json:"zone,omitempty"`
	Project  string      `json:"project,omitempty"`
	Networks []query.Ref `json:"networks"`
	VNICs    []VNIC      `json:"vnics"`
}

// VNIC is a vNIC of an instance and its way to the physical NIC.
type VNIC struct {
	query.Ref
	MAC string `json:"mac_address,omitempty"`
	// Path are the objects from the vNIC to the physical NIC, both included; if
	// there is no such way, the vNIC alone.
	Path []Hop `json:"path"`
	// Connected: the path ends at a physical NIC.
	Connected bool `json:"connected"`
}

// Hop is one object of a path, with its own status; empty: none is known.
type Hop struct {
	query.Ref
	Host   string `json:"host,omitempty"`
	Status Level  `json:"status,omitempty"`
}

// Service is something that serves instances: a host, an agent, a vService.
type Service struct {
	query.Ref
	Status  Level    `json:"status"`
	Reasons []string `json:"reasons"`
	Host    string   `json:"host,omitempty"`
	Stale   bool     `json:"stale,omitempty"`
}

// Group counts the instances of a host, project or network.
type Group struct {
	Name   string `json:"name"`
	Totals Totals `json:"totals"`
}

// Failure is a part of a scan whose last attempt had failed.
type Failure struct {
	Part  string `json:"part"`
	Error string `json:"error"`
}
