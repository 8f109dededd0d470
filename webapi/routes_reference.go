package webapi

import "net/http"

// referenceRoutes is the list of what says how clouds are looked at.
func (a *API) referenceRoutes() {
	const types, constraints, links, constants, monitoring = "/clique-types", "/clique-constraints", "/link-types", "/constants", "/monitoring-config-templates"
	const tag = "reference"
	add(a, signedIn, op("list-clique-types", http.MethodGet, types, tag, "Clique types: those that come with Calipso and users' own", http.StatusOK), a.listCliqueTypes)
	add(a, signedIn, op("get-clique-type", http.MethodGet, types+"/{id}", tag, "One clique type", http.StatusOK), a.getCliqueType)
	add(a, editCliqueTypes, op("add-clique-type", http.MethodPost, types, tag, "Add a clique type, or see what it would do", http.StatusCreated), a.addCliqueType)
	add(a, editCliqueTypes, op("change-clique-type", http.MethodPut, types+"/{id}", tag, "Change a clique type of users' own", http.StatusOK), a.changeCliqueType)
	add(a, editCliqueTypes, op("remove-clique-type", http.MethodDelete, types+"/{id}", tag, "Remove a clique type of users' own", http.StatusOK), a.removeCliqueType)

	add(a, signedIn, op("list-clique-constraints", http.MethodGet, constraints, tag, "Attributes that must agree along cliques, by focal point type", http.StatusOK), a.listConstraints)
	add(a, signedIn, op("get-clique-constraint", http.MethodGet, constraints+"/{id}", tag, "One constraint", http.StatusOK), a.getConstraint)
	add(a, manageConstraints, op("add-clique-constraint", http.MethodPost, constraints, tag, "Add a constraint, or see what it would do", http.StatusCreated), a.addConstraint)
	add(a, manageConstraints, op("change-clique-constraint", http.MethodPut, constraints+"/{id}", tag, "Change a constraint of users' own", http.StatusOK), a.changeConstraint)
	add(a, manageConstraints, op("remove-clique-constraint", http.MethodDelete, constraints+"/{id}", tag, "Remove a constraint of users' own", http.StatusOK), a.removeConstraint)

	add(a, signedIn, op("list-link-types", http.MethodGet, links, tag, "Link types: those that come with Calipso and users' own", http.StatusOK), a.listLinkTypes)
	add(a, signedIn, op("get-link-type", http.MethodGet, links+"/{type}", tag, "One link type", http.StatusOK), a.getLinkType)
	add(a, manageLinkTypes, op("add-link-type", http.MethodPost, links, tag, "Add a link type", http.StatusCreated), a.addLinkType)
	add(a, manageLinkTypes, op("change-link-type", http.MethodPut, links+"/{type}", tag, "Change the words for a link type of users' own", http.StatusOK), a.changeLinkType)
	add(a, manageLinkTypes, op("remove-link-type", http.MethodDelete, links+"/{type}", tag, "Remove a link type that nothing uses", http.StatusNoContent), a.removeLinkType)

	add(a, signedIn, op("list-constants", http.MethodGet, constants, tag, "Enumerations of the documented schema", http.StatusOK), a.listConstants)
	add(a, signedIn, op("get-constant", http.MethodGet, constants+"/{name}", tag, "One enumeration", http.StatusOK), a.getConstant)
	add(a, createEnv, op("set-constant", http.MethodPut, constants+"/{name}", tag, "Set the values of an enumeration", http.StatusOK), a.setConstant)
	add(a, createEnv, op("remove-constant", http.MethodDelete, constants+"/{name}", tag, "Go back to the values that come with Calipso", http.StatusNoContent), a.removeConstant)

	add(a, signedIn, op("list-supported-environments", http.MethodGet, "/supported-environments", tag, "What works on which environments", http.StatusOK), a.listSupported)
	add(a, signedIn, op("get-supported-environment", http.MethodGet, "/supported-environments/{id}", tag, "One row of that", http.StatusOK), a.one(supported))
	add(a, signedIn, op("list-network-agent-types", http.MethodGet, "/network-agent-types", tag, "What agents of the network service do", http.StatusOK), a.listAgents)
	add(a, signedIn, op("get-network-agent-type", http.MethodGet, "/network-agent-types/{id}", tag, "One of these", http.StatusOK), a.one(agents))
	add(a, signedIn, op("list-hover-attributes", http.MethodGet, "/attributes-for-hover-on-data", tag, "Which attributes pages show of objects, by type", http.StatusOK), a.listHover)
	add(a, signedIn, op("get-hover-attributes", http.MethodGet, "/attributes-for-hover-on-data/{id}", tag, "Those of one type", http.StatusOK), a.one(hover))
	add(a, signedIn, op("list-environment-options", http.MethodGet, "/environment-options", tag, "Which distributions, versions and drivers go together", http.StatusOK), a.listChoices)
	add(a, signedIn, op("get-environment-option", http.MethodGet, "/environment-options/{id}", tag, "One row of that", http.StatusOK), a.one(choices))

	add(a, signedIn, op("list-monitoring-templates", http.MethodGet, monitoring, tag, "Templates of monitoring configuration", http.StatusOK), a.listTemplates)
	add(a, signedIn, op("get-monitoring-template", http.MethodGet, monitoring+"/{id}", tag, "One template", http.StatusOK), a.one(templates))
	add(a, createEnv, op("add-monitoring-template", http.MethodPost, monitoring, tag, "Add a template", http.StatusCreated), a.addTemplate)
	add(a, createEnv, op("change-monitoring-template", http.MethodPut, monitoring+"/{id}", tag, "Change a template", http.StatusOK), a.changeTemplate)
	add(a, createEnv, op("remove-monitoring-template", http.MethodDelete, monitoring+"/{id}", tag, "Remove a template", http.StatusNoContent), a.removeTemplate)
}
