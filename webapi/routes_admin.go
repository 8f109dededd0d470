package webapi

import "net/http"

// adminRoutes is the list of what changes environments and accounts.
func (a *API) adminRoutes() {
	const env = "/environments/{env}"
	add(a, createEnv, op("create-environment", http.MethodPost, "/environments", "environments", "Add an environment", http.StatusCreated), a.createEnvironment)
	add(a, editEnv, op("change-environment", http.MethodPut, env, "environments", "Change an environment's document", http.StatusOK), a.changeEnvironment)
	add(a, editEnv, op("remove-environment", http.MethodDelete, env, "environments", "Forget an environment with its history", http.StatusNoContent), a.removeEnvironment)
	add(a, viewEnv, op("environment-config", http.MethodGet, env+"/config", "environments", "An environment's document, secrets masked", http.StatusOK), a.environmentConfig)
	add(a, editEnv, op("test-environment", http.MethodPost, env+"/test", "environments", "Try every endpoint that it configures", http.StatusOK), a.testEnvironment)

	add(a, manageUsers, op("list-users", http.MethodGet, "/users", "accounts", "Accounts", http.StatusOK), a.listUsers)
	add(a, manageUsers, op("create-user", http.MethodPost, "/users", "accounts", "Add an account", http.StatusCreated), a.createUser)
	add(a, manageUsers, op("set-password", http.MethodPut, "/users/{user}/password", "accounts", "Set an account's password; its sessions end", http.StatusNoContent), a.setPassword)
	add(a, manageUsers, op("remove-user", http.MethodDelete, "/users/{user}", "accounts", "Remove an account with its tokens", http.StatusNoContent), a.removeUser)
	add(a, signedIn, op("create-token", http.MethodPost, "/tokens", "accounts", "Make an API token with the caller's rights", http.StatusCreated), a.createToken)

	a.plain(createEnv, http.MethodPost, importPath, a.importTar)
	add(a, viewEnv, exportOperation(op("export-environment", http.MethodGet, env+"/export", "environments", "An environment for other programs, as of any time", http.StatusOK)), a.export)
	add(a, signedIn, exportOperation(op("export", http.MethodGet, "/export", "environments", "All environments that the caller may view, for other programs", http.StatusOK)), a.exportAll)
	a.plain(administrate, http.MethodGet, backupPath, a.backup)
}
