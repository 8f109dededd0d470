package importexport

import (
	"context"
	"errors"

	"calipso/graph"
)

// runState are the members of a schedule that its own runs write.
var runState = []string{"scheduled_timestamp", "submit_timestamp", "first_timestamp", "status", "last_scan"}

// schedule keeps an imported schedule from being run at once because its time
// went by elsewhere: nobody was waiting for that run here. One that runs once
// has finished, any other goes on with its next time after the import, counted
// from its first run as before. A schedule that the store knows already keeps
// the state of the runs made here.
func (p *pass) schedule(ctx context.Context, doc *graph.Document) error {
	b := doc.Body
	due := moment(b["scheduled_timestamp"])
	if due.IsZero() || due.After(p.now) || b.String("status") == "finished" {
		return nil
	}
	if p.view != nil {
		stored, err := p.view.Document(ctx, doc.Collection, doc.ID)
		if err == nil {
			for _, key := range runState {
				delete(b, key)
				if v, ok := stored.Body[key]; ok {
					b[key] = v
				}
			}
			return nil
		}
		if !errors.Is(err, graph.ErrNotFound) {
			return err
		}
	}
	recurrence := b.String("recurrence")
	if recurrence == "" {
		recurrence = b.String("freq")
	}
	if recurrence == "ONCE" && b.String("cron") == "" {
		b["status"] = "finished"
		return nil
	}
	if moment(b["first_timestamp"]).IsZero() {
		b["first_timestamp"] = due
	}
	delete(b, "scheduled_timestamp") // then the next after this one:
	b["submit_timestamp"] = p.now
	return nil
}
