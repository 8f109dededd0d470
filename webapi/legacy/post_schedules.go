package legacy

import (
	"context"
)

const once = "ONCE"

// postScheduledScans has scans made at certain times (section 5.14).
func (a *API) postScheduledScans() Resource {
	table := append(postedEnvironment(),
		Param{Name: "freq", Type: String, In: InOPNFV, Mandatory: Always, OneOf: freqs},
		Param{Name: "recurrence", Alias: "freq", Type: String, In: InCVIM | InNew, Mandatory: Always, OneOf: recurrences},
		// When it was asked for is known here; the time given never played a role.
		Param{Name: "submit_timestamp", Type: Date, In: InOPNFV | InNew, Mandatory: InOPNFV},
		Param{Name: "scheduled_timestamp", Type: Date, In: InCVIM | InNew, MayBeEmpty: true, Check: future},
	)
	return Resource{Method: "POST", Path: "/scheduled_scans", Needs: Edit, Params: append(table, scanParams()...), Check: scheduleCheck, Handle: a.createSchedule}
}

// future complains of a time that has passed.
func future(_ context.Context, q *Request, v any) (string, error) {
	if t, ok := moment(v); ok && !t.After(q.api.opt.Clock()) {
		return "scheduled_timestamp should be a datetime in the future", nil
	}
	return "", nil
}

// scheduleCheck wants a time for what runs once: without one it never would.
func scheduleCheck(ctx context.Context, q *Request) error {
	if q.Text("recurrence") == once && !q.Has("scheduled_timestamp") {
		return BadRequest("scheduled_timestamp must be specified")
	}
	return oneFlag(ctx, q)
}

func (a *API) createSchedule(ctx context.Context, q *Request) (Answer, error) {
	if a.opt.Schedules == nil {
		return nil, unavailable("schedules")
	}
	id, err := a.opt.Schedules.Add(ctx, ScheduleOrder{
		ScanOrder: q.scanOrder(ctx), Recurrence: q.Text(q.either("freq", "recurrence")), Due: q.Time("scheduled_timestamp"),
	})
	if err != nil {
		return nil, err
	}
	env := string(q.Env)
	return q.created("created a new scheduled scan for environment "+env, "Created a new scheduled scan for environment "+env, id), nil
}
