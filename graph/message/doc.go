// Package message reads, marks and removes what happened in environments: the
// documents of collection messages, which scans, schedules and retention write.
package message
