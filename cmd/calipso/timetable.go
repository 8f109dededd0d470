package main

import (
	"context"

	"calipso/collect/schedule"
	"calipso/graph"
	"calipso/webapi"
)

// timetable shows the timetable to the API in the API's own types.
type timetable struct{ *schedule.Timetable }

var _ webapi.Schedules = timetable{}

func (t timetable) Add(ctx context.Context, env graph.EnvID, who string, o webapi.ScheduleOptions) (*webapi.Schedule, error) {
	s, err := t.Timetable.Add(ctx, scheduled(env, who, o))
	if err != nil {
		return nil, err
	}
	return scheduleBody(s), nil
}

func (t timetable) Get(ctx context.Context, env graph.EnvID, id string) (*webapi.Schedule, error) {
	s, err := t.Timetable.Get(ctx, env, id)
	if err != nil {
		return nil, err
	}
	return scheduleBody(s), nil
}

func (t timetable) Edit(ctx context.Context, env graph.EnvID, who, id string, o webapi.ScheduleOptions) (*webapi.Schedule, error) {
	s, err := t.Timetable.Edit(ctx, who, env, id, scheduled(env, who, o))
	if err != nil {
		return nil, err
	}
	return scheduleBody(s), nil
}

func (t timetable) Start(ctx context.Context, env graph.EnvID, who, id string) (*webapi.ScanStatus, error) {
	s, err := t.Timetable.Start(ctx, who, env, id)
	if err != nil {
		return nil, err
	}
	return scanStatus(s), nil
}

func scheduled(env graph.EnvID, who string, o webapi.ScheduleOptions) schedule.Scheduled {
	return schedule.Scheduled{
		Env: env, Who: who, Recurrence: schedule.Recurrence(o.Recurrence), Freq: schedule.Recurrence(o.Freq), Cron: o.Cron, Timezone: o.Timezone, Due: o.Due,
		Object: o.ObjectID, Clear: o.Clear, InventoryOnly: o.ScanOnlyInventory, LinksOnly: o.ScanOnlyLinks, CliquesOnly: o.ScanOnlyCliques, LogLevel: o.LogLevel, Snapshot: o.Snapshot,
		Report: (*schedule.ReportOptions)(o.Report), Disabled: o.Disabled,
	}
}

func (t timetable) List(ctx context.Context, env graph.EnvID) ([]*webapi.Schedule, error) {
	all, err := t.Timetable.List(ctx, env)
	out := make([]*webapi.Schedule, len(all))
	for i, s := range all {
		out[i] = scheduleBody(s)
	}
	return out, err
}

func scheduleBody(s *schedule.Scheduled) *webapi.Schedule {
	return &webapi.Schedule{
		ID: s.ID, Env: s.Env, Who: s.Who, Status: string(s.Status), Submitted: s.Submitted, LastScan: s.LastScan,
		ScheduleOptions: webapi.ScheduleOptions{
			Recurrence: string(s.Recurrence), Cron: s.Cron, Timezone: s.Timezone, Due: s.Due,
			ObjectID: s.Object, Clear: s.Clear, ScanOnlyInventory: s.InventoryOnly, ScanOnlyLinks: s.LinksOnly, ScanOnlyCliques: s.CliquesOnly, LogLevel: s.LogLevel, Snapshot: s.Snapshot,
			Report: (*webapi.ScheduleReport)(s.Report), Disabled: s.Disabled,
		},
	}
}
