package webapi

import (
	"context"
	"fmt"
	"slices"
	"time"

	"calipso/graph"
)

// Schedules is when scans are made by themselves.
type Schedules interface {
	// Add errors: *graph.InvalidError; graph.ErrNotFound.
	Add(ctx context.Context, env graph.EnvID, who string, o ScheduleOptions) (*Schedule, error)
	// List gives those of an environment, the next due first. Errors:
	// graph.ErrNotFound.
	List(ctx context.Context, env graph.EnvID) ([]*Schedule, error)
	// Get errors: graph.ErrNotFound.
	Get(ctx context.Context, env graph.EnvID, id string) (*Schedule, error)
	// Edit makes a schedule what is given. Errors: as Add.
	Edit(ctx context.Context, env graph.EnvID, who, id string, o ScheduleOptions) (*Schedule, error)
	// Start asks for the scan of a schedule now. Errors: as Add;
	// graph.ErrConflict if the name of its snapshot is taken.
	Start(ctx context.Context, env graph.EnvID, who, id string) (*ScanStatus, error)
	// Remove errors: graph.ErrNotFound.
	Remove(ctx context.Context, who string, env graph.EnvID, id string) error
}

// ScheduleOptions are what a client may choose, under their documented names.
type ScheduleOptions struct {
	Recurrence        string          `json:"recurrence,omitempty" enum:"ONCE,HOURLY,DAILY,WEEKLY,MONTHLY,YEARLY" doc:"how often; this or cron"`
	Freq              string          `json:"freq,omitempty" enum:"ONCE,HOURLY,DAILY,WEEKLY,MONTHLY,YEARLY" doc:"older name of recurrence"`
	Cron              string          `json:"cron,omitempty" maxLength:"200" doc:"minute, hour, day of month, month, day of week" example:"0 0 * * 0"`
	Timezone          string          `json:"timezone,omitempty" maxLength:"100" doc:"IANA name of the zone whose calendar and clock count; default: UTC" example:"Europe/Berlin"`
	Due               time.Time       `json:"scheduled_timestamp,omitzero" doc:"the next run; given: the first, from which the others are counted (default: one step from now)"`
	ObjectID          graph.ID        `json:"object_id,omitempty" doc:"scan this object and what hangs under it; default: all"`
	Clear             bool            `json:"clear,omitempty" doc:"forget what is known instead of keeping it where a source fails"`
	ScanOnlyInventory bool            `json:"scan_only_inventory,omitempty" doc:"leave the links as they are"`
	ScanOnlyLinks     bool            `json:"scan_only_links,omitempty" doc:"derive the links anew, asking no source"`
	ScanOnlyCliques   bool            `json:"scan_only_cliques,omitempty" doc:"accepted for old clients; cliques are computed when asked for"`
	LogLevel          string          `json:"log_level,omitempty" enum:"critical,error,warning,info,debug,notset" doc:"accepted for old clients and kept; a scan tells all in its report"`
	Snapshot          string          `json:"snapshot,omitempty" maxLength:"100" doc:"name of the snapshot that each scan leaves; 2006, 01, 02, 15, 04, 05 in it become year, month, day, hour, minute, second" example:"weekly-2006-01-02"`
	Report            *ScheduleReport `json:"report,omitempty" doc:"report that is made of what each scan leaves, and kept"`
	Disabled          bool            `json:"disabled,omitempty" doc:"run no scans until it is switched on again"`
}

// ScheduleReport is the report that a schedule wants of each scan.
type ScheduleReport struct {
	Kind  string `json:"kind" enum:"weekly,health" doc:"weekly compares with the scheduled snapshot of the week before, and needs snapshots"`
	Scope string `json:"scope,omitempty" maxLength:"200" doc:"limit it to this scope"`
	Title string `json:"title,omitempty" maxLength:"200" doc:"2006, 01, 02, 15, 04, 05 in it become the time of the run; default: one that says what it is"`
}

// Schedule is a scan that is made at certain times.
type Schedule struct {
	ID  string      `json:"id" doc:"of the schedule"`
	Env graph.EnvID `json:"environment" doc:"what is scanned"`
	Who string      `json:"user,omitempty" doc:"who asked for it"`
	ScheduleOptions
	Status    string    `json:"status" enum:"upcoming,ongoing,finished" doc:"before the first run, after it, after the last"`
	Submitted time.Time `json:"submit_timestamp,omitzero" doc:"when it was asked for"`
	LastScan  string    `json:"last_scan,omitempty" doc:"the scan of the last run"`
}

type scheduleListRequest struct {
	EnvPath
	PageQuery
	Status   []string  `query:"status,explode" maxItems:"10" doc:"only those that stand so" example:"upcoming"`
	Disabled string    `query:"disabled" enum:"true,false" doc:"only those switched off, or on"`
	Until    time.Time `query:"until" doc:"only those due up to this time (RFC 3339)" example:"2026-03-02T12:00:00Z"`
}

// matches tells whether a schedule is wanted.
func (in *scheduleListRequest) matches(s *Schedule) bool {
	return (len(in.Status) == 0 || slices.Contains(in.Status, s.Status)) && (in.Disabled == "" || s.Disabled == (in.Disabled == "true")) &&
		(in.Until.IsZero() || !s.Due.IsZero() && !s.Due.After(in.Until))
}

type scheduleListReply struct{ Body ListBody[*Schedule] }

// listSchedules serves GET /api/v1/environments/{env}/schedules.
func (a *API) listSchedules(ctx context.Context, in *scheduleListRequest) (*scheduleListReply, error) {
	if a.opt.Schedules == nil {
		return nil, fmt.Errorf("schedules: %w", ErrUnavailable)
	}
	all, err := a.opt.Schedules.List(ctx, in.Env)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(slices.Clone(all), func(s *Schedule) bool { return !in.matches(s) })
	body, err := pageOf(all, in.PageQuery)
	if err != nil {
		return nil, err
	}
	return &scheduleListReply{Body: body}, nil
}

type newScheduleRequest struct {
	EnvPath
	Body ScheduleOptions
}

type newScheduleReply struct {
	Location string `header:"Location" doc:"where it can be removed"`
	Body     *Schedule
}

// addSchedule serves POST /api/v1/environments/{env}/schedules: 201, 404, 422.
func (a *API) addSchedule(ctx context.Context, in *newScheduleRequest) (*newScheduleReply, error) {
	if a.opt.Schedules == nil {
		return nil, fmt.Errorf("schedules: %w", ErrUnavailable)
	}
	s, err := a.opt.Schedules.Add(ctx, in.Env, principal(ctx).User.Name, in.Body)
	if err != nil {
		return nil, err
	}
	return &newScheduleReply{Location: "/api/v1/environments/" + escapePath(string(in.Env)) + "/schedules/" + escapePath(s.ID), Body: s}, nil
}

// SchedulePath is a schedule in a path.
type SchedulePath struct {
	EnvPath
	Schedule string `path:"id" maxLength:"100" doc:"id of the schedule"`
}

type scheduleRequest struct{ SchedulePath }

type oneScheduleRequest struct {
	SchedulePath
	IfNoneMatch
}

// getSchedule serves GET …/schedules/{id}: 200, 304, 404.
func (a *API) getSchedule(ctx context.Context, in *oneScheduleRequest) (*docReply[*Schedule], error) {
	if a.opt.Schedules == nil {
		return nil, fmt.Errorf("schedules: %w", ErrUnavailable)
	}
	s, err := a.opt.Schedules.Get(ctx, in.Env, in.Schedule)
	if err != nil {
		return nil, err
	}
	return reply(s, in.IfNoneMatch)
}

// seen reads a schedule as clients have seen it.
func (p SchedulePath) seen(ctx context.Context, a *API) func() (any, error) {
	return func() (any, error) { return a.opt.Schedules.Get(ctx, p.Env, p.Schedule) }
}

type editScheduleRequest struct {
	SchedulePath
	IfMatch
	Body ScheduleOptions
}

// editSchedule serves PUT …/schedules/{id}: 200, 404, 412, 422.
func (a *API) editSchedule(ctx context.Context, in *editScheduleRequest) (*docReply[*Schedule], error) {
	if a.opt.Schedules == nil {
		return nil, fmt.Errorf("schedules: %w", ErrUnavailable)
	}
	var s *Schedule
	err := a.guarded(in.IfMatch, in.seen(ctx, a), func() (err error) {
		s, err = a.opt.Schedules.Edit(ctx, in.Env, principal(ctx).User.Name, in.Schedule, in.Body)
		return err
	})
	if err != nil {
		return nil, err
	}
	return reply(s, IfNoneMatch{})
}

// runSchedule serves POST …/schedules/{id}/run: 202, 404, 409.
func (a *API) runSchedule(ctx context.Context, in *scheduleRequest) (*newScanReply, error) {
	if a.opt.Schedules == nil {
		return nil, fmt.Errorf("schedules: %w", ErrUnavailable)
	}
	s, err := a.opt.Schedules.Start(ctx, in.Env, principal(ctx).User.Name, in.Schedule)
	if err != nil {
		return nil, err
	}
	return &newScanReply{Location: "/api/v1/environments/" + escapePath(string(in.Env)) + "/scans/" + escapePath(s.ID), Body: s}, nil
}

type removeScheduleRequest struct {
	SchedulePath
	IfMatch
}

// removeSchedule serves DELETE …/schedules/{id}: 204, 404, 412.
func (a *API) removeSchedule(ctx context.Context, in *removeScheduleRequest) (*struct{}, error) {
	if a.opt.Schedules == nil {
		return nil, fmt.Errorf("schedules: %w", ErrUnavailable)
	}
	return nil, a.guarded(in.IfMatch, in.seen(ctx, a), func() error {
		return a.opt.Schedules.Remove(ctx, principal(ctx).User.Name, in.Env, in.Schedule)
	})
}
