package webapi

import (
	"context"

	"calipso/graph"
	"calipso/webapi/legacy"
)

// legacyKeepers are what documents posted to the old API go to: the same as
// those of this one.
func (o *Options) legacyKeepers() legacy.Keepers {
	k := legacy.Keepers{Reference: o.Reference, Messages: o.Messages, Tests: o.ConnectionTests, Writer: o.Documents, Version: o.Version}
	if o.Environments != nil {
		k.Environments = o.Environments
	}
	if o.Scans != nil {
		k.Scans = legacyScans{o.Scans}
	}
	if o.Schedules != nil {
		k.Schedules = legacySchedules{o.Schedules}
	}
	return k
}

// legacyScans shows the scan queue to the old API.
type legacyScans struct{ Scans }

// Submit implements legacy.Scans.
func (s legacyScans) Submit(ctx context.Context, o legacy.ScanOrder) (string, error) {
	asked, err := s.Scans.Submit(ctx, ScanRequest{Env: o.Env, Who: o.Who, ScanOptions: ScanOptions{
		ObjectID: o.Object, Clear: o.Clear, LogLevel: o.LogLevel,
		ScanOnlyInventory: o.InventoryOnly, ScanOnlyLinks: o.LinksOnly, ScanOnlyCliques: o.CliquesOnly,
	}})
	if err != nil {
		return "", err
	}
	return asked.ID, nil
}

// legacySchedules shows the timetable to the old API.
type legacySchedules struct{ Schedules }

// Add implements legacy.Schedules.
func (s legacySchedules) Add(ctx context.Context, o legacy.ScheduleOrder) (string, error) {
	added, err := s.Schedules.Add(ctx, o.Env, o.Who, ScheduleOptions{
		Recurrence: o.Recurrence, Due: o.Due, ObjectID: o.Object, Clear: o.Clear, LogLevel: o.LogLevel,
		ScanOnlyInventory: o.InventoryOnly, ScanOnlyLinks: o.LinksOnly, ScanOnlyCliques: o.CliquesOnly,
	})
	if err != nil {
		return "", err
	}
	return added.ID, nil
}

// Remove implements legacy.Schedules.
func (s legacySchedules) Remove(ctx context.Context, who string, env graph.EnvID, id string) error {
	return s.Schedules.Remove(ctx, who, env, id)
}
