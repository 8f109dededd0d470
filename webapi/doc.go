// Package webapi is the server's HTTP side: the API under /api/v1, its OpenAPI
// description and readable page, health and metrics, sessions, the stream of
// changes, and the web UI.
//
// Every route is one line in routes.go with the right it needs; one middleware
// (authorize.go) enforces that right, one function (problem.go) turns errors
// into application/problem+json. Handlers are typed in and out, so that checks
// and the OpenAPI document come from their types, and work on what package
// query answers; the scan queue and the rest is reached through the small
// interfaces of options.go.
//
// Build with the tag nomsgpack: gin otherwise links a codec nobody uses.
package webapi
