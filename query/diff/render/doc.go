// Package render writes reports of package diff: as text for terminals, as CSV
// for spreadsheets, as one HTML page that needs nothing else, as PDF, and as JSON. The
// same report gives the same bytes.
package render
