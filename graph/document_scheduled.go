package graph

// ScheduledScans holds the scans that are to be made at certain times.
const ScheduledScans Collection = "scheduled_scans"
