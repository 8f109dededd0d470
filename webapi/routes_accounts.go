package webapi

import "net/http"

// accountRoutes is the list of what is asked of accounts.
func (a *API) accountRoutes() {
	const users, user, roles, role = "/users", "/users/{user}", "/roles", "/roles/{role}"
	add(a, manageUsers, op("list-users", http.MethodGet, users, "accounts", "Accounts", http.StatusOK), a.listUsers)
	add(a, manageUsers, op("create-user", http.MethodPost, users, "accounts", "Add an account", http.StatusCreated), a.createUser)
	add(a, manageUsers, op("get-user", http.MethodGet, user, "accounts", "One account, with the environments granted to it", http.StatusOK), a.getUser)
	add(a, manageUsers, op("change-user", http.MethodPatch, user, "accounts", "Change an account; its sessions and tokens end if its rights change", http.StatusOK), a.changeUser)
	add(a, manageUsers, op("remove-user", http.MethodDelete, user, "accounts", "Remove an account with its tokens", http.StatusNoContent), a.removeUser)
	add(a, manageUsers, op("set-password", http.MethodPut, user+"/password", "accounts", "Set an account's password; its sessions end", http.StatusNoContent), a.setPassword)
	add(a, manageUsers, op("grant-environments", http.MethodPut, user+"/environments", "accounts", "Say which environments an account may view and edit", http.StatusOK), a.grantUser)
	add(a, manageUsers, op("revoke-tokens", http.MethodDelete, user+"/tokens", "accounts", "End all sessions and tokens of an account", http.StatusOK), a.revokeAll)
	add(a, signedIn, op("change-password", http.MethodPut, "/password", "accounts", "Change your own password; your other sessions and tokens end", http.StatusNoContent), a.changePassword)

	add(a, manageUsers, op("list-roles", http.MethodGet, roles, "accounts", "Roles: those built in, then the others by name", http.StatusOK), a.listRoles)
	add(a, manageUsers, op("create-role", http.MethodPost, roles, "accounts", "Name a set of rights", http.StatusCreated), a.createRole)
	add(a, manageUsers, op("get-role", http.MethodGet, role, "accounts", "One role", http.StatusOK), a.getRole)
	add(a, manageUsers, op("change-role", http.MethodPut, role, "accounts", "Change a role for all who have it", http.StatusOK), a.changeRole)
	add(a, manageUsers, op("remove-role", http.MethodDelete, role, "accounts", "Remove a role that nobody has", http.StatusNoContent), a.removeRole)

	add(a, signedIn, op("list-tokens", http.MethodGet, "/tokens", "accounts", "Sessions and tokens, the newest first", http.StatusOK), a.listTokens)
	add(a, signedIn, op("create-token", http.MethodPost, "/tokens", "accounts", "Make an API token with the caller's rights, or fewer", http.StatusCreated), a.createToken)
	add(a, signedIn, op("revoke-token", http.MethodDelete, "/tokens/{id}", "accounts", "End a session or token", http.StatusNoContent), a.revokeToken)

	add(a, manageUsers, orLines(written[auditBody](a, op("list-audit", http.MethodGet, "/audit", "accounts", "Who changed what and who signed in, the newest first", http.StatusOK)), "all entries, whatever limit and cursor say"), a.listAudit)
}
