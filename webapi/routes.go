package webapi

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// routes is the list of all there is, with the right each needs.
func (a *API) routes() {
	add(a, public, op("login", http.MethodPost, "/sessions", "sessions", "Sign in", http.StatusCreated), a.login)
	add(a, signedIn, op("session", http.MethodGet, "/sessions", "sessions", "Who is signed in", http.StatusOK), a.session)
	add(a, signedIn, op("logout", http.MethodDelete, "/sessions", "sessions", "Sign out, or revoke the token used", http.StatusNoContent), a.logout)

	a.oidcRoutes()

	const env = "/environments/{env}"
	add(a, signedIn, op("list-environments", http.MethodGet, "/environments", "environments", "Environments the caller may view, in short", http.StatusOK), a.listEnvironments)
	add(a, viewEnv, op("get-environment", http.MethodGet, env, "environments", "One environment: counts by type, last scan, status", http.StatusOK), a.getEnvironment)

	add(a, viewEnv, orLines(written[ListBody[objectDoc]](a, op("list-objects", http.MethodGet, env+"/objects", "objects", "Objects of an environment", http.StatusOK)), "all objects, whatever limit and cursor say"), a.listObjects)
	add(a, viewEnv, op("get-object", http.MethodGet, env+"/objects/{id}", "objects", "One object", http.StatusOK), a.getObject)
	add(a, viewEnv, op("list-children", http.MethodGet, env+"/objects/{id}/children", "objects", "What hangs right under an object", http.StatusOK), a.listChildren)
	add(a, viewEnv, op("object-links", http.MethodGet, env+"/objects/{id}/links", "objects", "Links that start and end at an object", http.StatusOK), a.objectLinks)
	add(a, viewEnv, op("object-history", http.MethodGet, env+"/objects/{id}/history", "objects", "What became of an object in time, newest first", http.StatusOK), a.objectHistory)
	add(a, viewEnv, orLines(written[ListBody[linkDoc]](a, op("list-links", http.MethodGet, env+"/links", "links", "Links of an environment", http.StatusOK)), "all links, whatever limit and cursor say"), a.listLinks)
	add(a, viewEnv, op("tree", http.MethodGet, env+"/tree", "objects", "Hierarchy for navigation", http.StatusOK), a.tree)

	add(a, viewEnv, written[cliqueDoc](a, op("get-clique", http.MethodGet, env+"/cliques/{id}", "topology", "The clique of an object", http.StatusOK)), a.clique)
	add(a, viewEnv, written[containingBody](a, op("list-cliques", http.MethodGet, env+"/cliques", "topology", "Cliques that contain an object", http.StatusOK)), a.containing)
	add(a, viewEnv, orLines(written[traverseBody](a, op("traverse", http.MethodPost, env+"/traverse", "topology", "What is reached from some objects along links", http.StatusOK)), "a node a line, then a link a line, then truncated: the last line of a whole answer"), a.traverse)
	add(a, viewEnv, op("neighbors", http.MethodGet, env+"/objects/{id}/neighbors", "topology", "What is reached from an object along links", http.StatusOK), a.neighbors)
	add(a, viewEnv, op("paths", http.MethodGet, env+"/paths", "topology", "Shortest paths between two objects", http.StatusOK), a.paths)
	add(a, signedIn, op("search", http.MethodGet, "/search", "objects", "Find objects in all environments", http.StatusOK), a.search)

	add(a, viewEnv, op("list-snapshots", http.MethodGet, env+"/snapshots", "snapshots", "Snapshots of an environment, newest first", http.StatusOK), a.listSnapshots)
	add(a, editEnv, op("create-snapshot", http.MethodPost, env+"/snapshots", "snapshots", "Name a time", http.StatusCreated), a.createSnapshot)
	add(a, editEnv, op("remove-snapshot", http.MethodDelete, env+"/snapshots/{name}", "snapshots", "Forget the name of a time", http.StatusNoContent), a.removeSnapshot)

	add(a, viewEnv, a.reportOperation(op("diff", http.MethodGet, env+"/diff", "snapshots", "What differs between two times", http.StatusOK), "Diff", diffReport, "what differs", diffText), a.diff)
	add(a, viewEnv, a.reportOperation(op("clique-diff", http.MethodGet, env+"/cliques/{id}/diff", "snapshots", "How a clique differs between two times", http.StatusOK), "Diff", cliqueDiffReport, "what differs", cliqueDiffText), a.cliqueDiff)

	a.reportRoutes(env)

	a.scopeRoutes()
	add(a, viewEnv, op("get-retention", http.MethodGet, env+"/retention", "snapshots", "How long the past is kept, and what is left of it", http.StatusOK), a.getRetention)
	add(a, editEnv, op("set-retention", http.MethodPut, env+"/retention", "snapshots", "Keep the past longer or shorter than the server does by default", http.StatusOK), a.setRetention)
	add(a, editEnv, op("run-retention", http.MethodPost, env+"/retention/runs", "snapshots", "Forget now what is old, or count it", http.StatusOK), a.runRetention)
	a.diffRoutes()

	add(a, viewEnv, op("list-scans", http.MethodGet, env+"/scans", "scans", "Scans of an environment, newest first", http.StatusOK), a.listScans)
	add(a, editEnv, op("submit-scan", http.MethodPost, env+"/scans", "scans", "Ask for a scan", http.StatusAccepted), a.submitScan)
	add(a, viewEnv, op("get-scan", http.MethodGet, env+"/scans/{id}", "scans", "One scan, with its progress", http.StatusOK), a.getScan)
	add(a, editEnv, op("abort-scan", http.MethodPost, env+"/scans/{id}/abort", "scans", "Stop a scan, or take it out of the queue", http.StatusAccepted), a.abortScan)
	add(a, editEnv, op("delete-scan", http.MethodDelete, env+"/scans/{id}", "scans", "The same as to abort it; the record stays", http.StatusAccepted), a.abortScan)

	add(a, viewEnv, op("list-schedules", http.MethodGet, env+"/schedules", "scans", "Scans that are made at certain times, the next due first", http.StatusOK), a.listSchedules)
	add(a, editEnv, op("add-schedule", http.MethodPost, env+"/schedules", "scans", "Have scans made at certain times", http.StatusCreated), a.addSchedule)
	add(a, viewEnv, op("get-schedule", http.MethodGet, env+"/schedules/{id}", "scans", "One schedule", http.StatusOK), a.getSchedule)
	add(a, editEnv, op("edit-schedule", http.MethodPut, env+"/schedules/{id}", "scans", "Change a schedule, or switch it on or off", http.StatusOK), a.editSchedule)
	add(a, editEnv, op("run-schedule", http.MethodPost, env+"/schedules/{id}/run", "scans", "Make the scan of a schedule now, beside its times", http.StatusAccepted), a.runSchedule)
	add(a, editEnv, op("remove-schedule", http.MethodDelete, env+"/schedules/{id}", "scans", "Make no more scans of a schedule", http.StatusNoContent), a.removeSchedule)

	add(a, signedIn, op("list-object-types", http.MethodGet, "/object-types", "catalog", "Object types in words", http.StatusOK), a.listObjectTypes)
	add(a, signedIn, streamOperation(), a.stream)

	a.referenceRoutes()
	a.messageRoutes()
	a.adminRoutes()
	a.legacyRoutes()

	a.plain(public, http.MethodGet, "/healthz", a.health)
	a.plain(public, http.MethodGet, "/readyz", a.ready)
	a.plain(viewAll, http.MethodGet, "/metrics", a.serveMetrics()) // names all environments
	a.plain(signedIn, http.MethodGet, "/openapi.json", a.serveOpenAPI)
	a.plain(signedIn, http.MethodGet, "/docs", a.serveDocs)
	a.pages()
}

func op(id, method, path, tag, summary string, status int) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: method, Path: "/api/v1" + path, Tags: []string{tag}, Summary: summary, DefaultStatus: status,
	}
}
