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

	add(a, viewAll, op("get-mirror", http.MethodGet, "/mirror", "mirror", "How far the MongoDB is that is kept in step", http.StatusOK), a.getMirror) // names all environments
	add(a, administrate, op("rebuild-mirror", http.MethodPost, "/mirror/rebuild", "mirror", "Compare every document with the MongoDB's, and replace what others wrote there", http.StatusAccepted), a.rebuildMirror)

	a.plain(createEnv, http.MethodPost, importPath, a.importTar)
	a.plain(viewEnv, http.MethodGet, exportPath, a.exportTar)
	a.mongoRoutes(env)
	a.plain(administrate, http.MethodGet, backupPath, a.backup)
}
