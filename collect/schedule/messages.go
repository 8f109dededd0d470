package schedule

import (
	"context"
	"fmt"
	"slices"

	"calipso/collect/scan"
	"calipso/graph"
)

// tell writes the messages of an ended scan (spec'd collection messages): one
// line for the scan, one for each reason for which parts failed, one for each finding that
// the scan before did not have.
func (q *Queue) tell(ctx context.Context, s *Scan) error {
	old, err := q.before(ctx, s)
	if err != nil {
		return err
	}
	origin := "manual scan"
	if s.Schedule != "" {
		origin = "scheduled scan"
	}
	var docs []*graph.Document
	say := func(level, object, text string) {
		id := fmt.Sprintf("%s-%04d", s.ID, len(docs))
		docs = append(docs, &graph.Document{DocKey: graph.DocKey{Collection: graph.Messages, ID: id}, Body: graph.Attrs{
			"id": id, "environment": string(s.Env), "source_system": "Calipso", "level": level, "message": text,
			"timestamp": s.Ended, "received_timestamp": nil, "finished_timestamp": nil, "related_object": orNil(object), "related_object_type": nil,
			"display_context": orNil(object), "viewed": false, "origin_id": s.ID, "origin_type": origin,
		}})
	}
	level := "info"
	switch s.Status {
	case scan.CompletedWithErrors, scan.Aborted:
		level = "warn"
	case scan.Failed:
		level = "error"
	}
	text := "scan " + string(s.Status)
	if s.Error != "" {
		text += ": " + s.Error
	}
	say(level, "", text)
	if s.SnapshotError != "" {
		say("error", "", fmt.Sprintf("the snapshot %s was not made: %s", s.Snapshot, s.SnapshotError))
	}
	if s.ReportError != "" {
		say("error", "", fmt.Sprintf("the %s report was not made: %s", s.Request.Report.Kind, s.ReportError))
	}
	if s.Report != nil {
		for _, c := range s.Report.Causes() {
			object := ""
			if len(c.Hosts) == 1 {
				object = c.Hosts[0]
			}
			say("error", object, c.String())
		}
		for _, f := range s.Report.Findings {
			if !slices.Contains(old, f) {
				say(f.Level, string(f.Object), f.Text)
			}
		}
	}
	_, err = q.store.Commit(ctx, s.Env, graph.Cause{Kind: graph.CauseScan, ID: s.ID, Who: s.Who}, &graph.Batch{PutDocs: docs})
	return err
}

// before is what the last scan that ended earlier had found.
func (q *Queue) before(ctx context.Context, s *Scan) ([]scan.Finding, error) {
	all, err := q.stored(ctx, s.Env, func(o *Scan) bool { return o.ID != s.ID && o.Report != nil && o.Ended.Before(s.Ended) })
	if err != nil || len(all) == 0 {
		return nil, err
	}
	last := slices.MaxFunc(all, func(a, b *Scan) int { return a.Ended.Compare(b.Ended) })
	return last.Report.Findings, nil
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}
