// Package webapitest runs the whole HTTP API in memory, with a drawn cloud and
// accounts of every kind, and tests it by scenarios: a request in; the answer,
// and everything that changed, out.
package webapitest
