package configs

import (
	"fmt"
	"time"

	"calipso/graph/retention"
	"calipso/graph/snapshot"
)

// Retention says how long the past is kept, where an environment has nothing
// else set.
type Retention struct {
	At         string        `yaml:"at"`
	Everything retention.Age `yaml:"everything"`
	Scheduled  retention.Age `yaml:"scheduled"`
	Manual     retention.Age `yaml:"manual"`
	Design     retention.Age `yaml:"design"`
	Pre        retention.Age `yaml:"pre"`
	During     retention.Age `yaml:"during"`
	Post       retention.Age `yaml:"post"`

	Audit        retention.Age `yaml:"audit"`
	AuditEntries int           `yaml:"audit_entries"`
}

// Policy is what applies.
func (r Retention) Policy() retention.Policy {
	return retention.Policy{Everything: r.Everything, Snapshots: map[snapshot.Kind]retention.Age{
		snapshot.Scheduled: r.Scheduled, snapshot.Manual: r.Manual, snapshot.Design: r.Design,
		snapshot.Pre: r.Pre, snapshot.During: r.During, snapshot.Post: r.Post,
	}}
}

// AuditAge is how long the audit log keeps an entry.
func (r Retention) AuditAge() time.Duration {
	if r.Audit == retention.Forever {
		return 100 * 365 * 24 * time.Hour
	}
	return time.Duration(r.Audit)
}

// TimeOfDay is when the nightly run begins, from midnight on.
func (r Retention) TimeOfDay() (time.Duration, error) {
	t, err := time.Parse("15:04", r.At)
	if err != nil {
		return 0, fmt.Errorf("%q is no time of day such as 02:30", r.At)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}
