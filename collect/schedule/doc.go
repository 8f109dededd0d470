// Package schedule keeps the scan requests: one queue per environment, in the
// order they were submitted. Two scans of one environment never overlap;
// different environments run side by side up to a limit. Requests are documents
// of collection scans, so they survive a restart: pending ones run then, one
// that was cut off is closed as failed.
package schedule
