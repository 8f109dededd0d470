package webapi

import "net/http"

// scopeRoutes is the list of what is asked of scopes. They lie across
// environments, so their handlers keep to those that the caller may view, or
// edit.
func (a *API) scopeRoutes() {
	const one = "/scopes/{name}"
	add(a, signedIn, op("list-scopes", http.MethodGet, "/scopes", "scopes", "Scopes, as far as the caller may view what they select", http.StatusOK), a.listScopes)
	add(a, signedIn, op("create-scope", http.MethodPost, "/scopes", "scopes", "Name a selection of objects", http.StatusCreated), a.createScope)
	add(a, signedIn, op("get-scope", http.MethodGet, one, "scopes", "One scope, with how much it holds", http.StatusOK), a.getScope)
	add(a, signedIn, op("change-scope", http.MethodPut, one, "scopes", "Change what a scope selects", http.StatusOK), a.changeScope)
	add(a, signedIn, op("remove-scope", http.MethodDelete, one, "scopes", "Forget a scope", http.StatusNoContent), a.removeScope)
	add(a, signedIn, op("scope-objects", http.MethodGet, one+"/objects", "scopes", "What a scope holds, each with the reason", http.StatusOK), a.scopeObjects)
	add(a, signedIn, op("set-baseline", http.MethodPut, one+"/baseline", "scopes", "Say which snapshot shows a scope as designed", http.StatusOK), a.setBaseline)
	add(a, viewEnv, op("object-scopes", http.MethodGet, "/environments/{env}/objects/{id}/scopes", "scopes", "Scopes that use an object", http.StatusOK), a.objectScopes)
}
