// Package paper lays out reports: a title, some facts and tables, written as
// text for terminals, CSV, one HTML page that needs nothing else, or PDF. The
// same paper gives the same bytes.
package paper
