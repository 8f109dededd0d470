package schedule

import (
	"context"
	"fmt"
	"log/slog"

	"calipso/collect/scan"
)

// run carries out one request. What it stores at the end must be stored also
// when ctx has ended.
func (q *Queue) run(ctx context.Context, s *Scan) {
	mine, cancel := context.WithCancel(ctx)
	defer cancel()
	q.mu.Lock()
	q.mu.cancel[s.ID] = cancel
	s.Status, s.Started = scan.Running, q.opt.Clock().UTC()
	q.mu.Unlock()

	report, err := q.scan(mine, s)

	q.mu.Lock()
	done := *s
	q.mu.Unlock()
	done.Ended = q.opt.Clock().UTC()
	done.Status = scan.Failed
	if report != nil {
		done.Status, done.Report, done.Error = report.Status, report, report.Error
	}
	if err != nil && done.Error == "" {
		done.Error = err.Error()
	}
	last := context.WithoutCancel(ctx)
	q.takeSnapshot(last, &done)
	q.makeReport(ctx, &done) // a server that stops does not wait for it
	q.mu.Lock()
	*s = done // now all may see that it has ended
	q.mu.Unlock()
	if err := q.write(last, &done); err != nil {
		q.opt.Log.Error("end of scan not stored", slog.String("env", string(s.Env)), slog.String("scan", s.ID), slog.Any("err", err))
	}
	if err := q.tell(last, &done); err != nil {
		q.opt.Log.Error("messages of scan not stored", slog.String("env", string(s.Env)), slog.String("scan", s.ID), slog.Any("err", err))
	}
	q.mu.Lock()
	delete(q.mu.running, s.Env)
	delete(q.mu.cancel, s.ID)
	q.mu.Unlock()
	q.opt.Log.Info("scan ended", slog.String("env", string(s.Env)), slog.String("scan", s.ID), slog.String("status", string(done.Status)), slog.Duration("dur", done.Ended.Sub(done.Started)), slog.String("err", done.Error))
	q.announce(&done)
	q.poke()
}

func (q *Queue) scan(ctx context.Context, s *Scan) (report *scan.Report, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("schedule: panic in scan: %v", p)
		}
	}()
	if err := q.write(ctx, s); err != nil {
		return nil, err
	}
	q.announce(s)
	env, err := q.environment(ctx, s.Env)
	if err != nil {
		return nil, err
	}
	if s.CliquesOnly {
		return &scan.Report{ID: s.ID, Env: s.Env, Status: scan.Completed, Start: s.Started, End: q.opt.Clock().UTC()}, nil
	}
	return q.scanner.Run(ctx, scan.Request{
		Env: env, ID: s.ID, Who: s.Who, Object: s.Object, Clear: s.Clear,
		InventoryOnly: s.InventoryOnly, LinksOnly: s.LinksOnly,
		Progress: func(p scan.Progress) {
			q.mu.Lock()
			s.Progress = p
			q.mu.Unlock()
			q.announce(s)
		},
	})
}
