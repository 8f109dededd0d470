package webapi

import "net/http"

// diffRoutes is the list of what is asked of comparisons beyond those of one
// environment in time.
func (a *API) diffRoutes() {
	const all, one = "/diff-rules", "/environments/{env}/diff-rules"
	add(a, signedIn, a.reportOperation(op("diff-any", http.MethodPost, "/diff", "snapshots", "What differs between two times, of one or of two environments", http.StatusOK), "Diff", diffReport, "what differs", diffAnyText), a.diffAny)
	add(a, signedIn, op("get-diff-rules", http.MethodGet, all, "snapshots", "What comparisons leave out, where an environment has no rules of its own", http.StatusOK), a.getRules)
	add(a, createEnv, op("set-diff-rules", http.MethodPut, all, "snapshots", "Set what comparisons leave out", http.StatusOK), a.setRules)
	add(a, createEnv, op("remove-diff-rules", http.MethodDelete, all, "snapshots", "Go back to what is built in", http.StatusNoContent), a.removeRules)
	add(a, viewEnv, op("get-environment-diff-rules", http.MethodGet, one, "snapshots", "What comparisons of an environment leave out", http.StatusOK), a.getEnvRules)
	add(a, editEnv, op("set-environment-diff-rules", http.MethodPut, one, "snapshots", "Give an environment rules of its own", http.StatusOK), a.setEnvRules)
	add(a, editEnv, op("remove-environment-diff-rules", http.MethodDelete, one, "snapshots", "Go back to the rules for all", http.StatusNoContent), a.removeEnvRules)
}

const diffAnyText = "As the comparison of one environment, with rules of its own if wanted. Given two environments, or a mapping, all objects of both sides are compared: " +
	"the same are found by mapped ids, by stable keys (uuid, MAC address, …), by type and path of names, and by links. Needs the right to view both."
