package webapi

import "net/http"

// adminRoutes is the list of what changes environments, and moves them.
func (a *API) adminRoutes() {
	const env = "/environments/{env}"
	add(a, createEnv, op("create-environment", http.MethodPost, "/environments", "environments", "Add an environment", http.StatusCreated), a.createEnvironment)
	add(a, editEnv, op("change-environment", http.MethodPut, env, "environments", "Change an environment's document", http.StatusOK), a.changeEnvironment)
	add(a, editEnv, op("remove-environment", http.MethodDelete, env, "environments", "Forget an environment with its history", http.StatusNoContent), a.removeEnvironment)
	add(a, viewEnv, op("environment-config", http.MethodGet, env+"/config", "environments", "An environment's document, secrets masked", http.StatusOK), a.environmentConfig)
	add(a, editEnv, op("test-environment", http.MethodPost, env+"/test", "environments", "Try every endpoint that it configures", http.StatusOK), a.testEnvironment)
	add(a, viewEnv, op("list-tests", http.MethodGet, env+"/tests", "environments", "What came of trying its endpoints, newest first", http.StatusOK), a.listTests)
	add(a, viewEnv, op("get-test", http.MethodGet, env+"/tests/{id}", "environments", "What came of one of these", http.StatusOK), a.getTest)

	a.accountRoutes()

	add(a, viewAll, op("get-mirror", http.MethodGet, "/mirror", "mirror", "How far the MongoDB is that is kept in step", http.StatusOK), a.getMirror) // names all environments
	add(a, administrate, op("rebuild-mirror", http.MethodPost, "/mirror/rebuild", "mirror", "Compare every document with the MongoDB's, and replace what others wrote there", http.StatusAccepted), a.rebuildMirror)

	a.plain(createEnv, http.MethodPost, importPath, a.importTar)
	a.mongoRoutes(env)
	add(a, viewEnv, exportOperation(op("export-environment", http.MethodGet, env+"/export", "environments", "An environment for other programs, as of any time", http.StatusOK)), a.export)
	add(a, signedIn, exportOperation(op("export", http.MethodGet, "/export", "environments", "All environments that the caller may view, for other programs", http.StatusOK)), a.exportAll)
	a.plain(administrate, http.MethodGet, backupPath, a.backup)
}
