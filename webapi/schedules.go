package webapi

import (
	"context"
	"fmt"
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
	// Remove errors: graph.ErrNotFound.
	Remove(ctx context.Context, who string, env graph.EnvID, id string) error
}

// ScheduleOptions are what a client may choose, under their documented names.
type ScheduleOptions struct {
	Recurrence        string    `json:"recurrence,omitempty" enum:"ONCE,HOURLY,DAILY,WEEKLY,MONTHLY,YEARLY" doc:"how often; this or cron"`
	Freq              string    `json:"freq,omitempty" enum:"ONCE,HOURLY,DAILY,WEEKLY,MONTHLY,YEARLY" doc:"older name of recurrence"`
	Cron              string    `json:"cron,omitempty" maxLength:"200" doc:"minute, hour, day of month, month, day of week" example:"0 0 * * 0"`
	Timezone          string    `json:"timezone,omitempty" maxLength:"100" doc:"IANA name of the zone whose calendar and clock count; default: UTC" example:"Europe/Berlin"`
	Due               time.Time `json:"scheduled_timestamp,omitzero" doc:"the next run; given: the first, from which the others are counted (default: one step from now)"`
	ObjectID          graph.ID  `json:"object_id,omitempty" doc:"scan this object and what hangs under it; default: all"`
	Clear             bool      `json:"clear,omitempty" doc:"forget what is known instead of keeping it where a source fails"`
	ScanOnlyInventory bool      `json:"scan_only_inventory,omitempty" doc:"leave the links as they are"`
	ScanOnlyLinks     bool      `json:"scan_only_links,omitempty" doc:"derive the links anew, asking no source"`
	ScanOnlyCliques   bool      `json:"scan_only_cliques,omitempty" doc:"accepted for old clients; cliques are computed when asked for"`
	Snapshot          string    `json:"snapshot,omitempty" maxLength:"100" doc:"name of the snapshot that each scan leaves; 2006, 01, 02, 15, 04, 05 in it become year, month, day, hour, minute, second" example:"weekly-2006-01-02"`
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

type scheduleRequest struct {
	EnvPath
	Schedule string `path:"id" maxLength:"100" doc:"id of the schedule"`
}

// removeSchedule serves DELETE …/schedules/{id}: 204, 404.
func (a *API) removeSchedule(ctx context.Context, in *scheduleRequest) (*struct{}, error) {
	if a.opt.Schedules == nil {
		return nil, fmt.Errorf("schedules: %w", ErrUnavailable)
	}
	return nil, a.opt.Schedules.Remove(ctx, principal(ctx).User.Name, in.Env, in.Schedule)
}
