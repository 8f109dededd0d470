package webapi

// RouteInfo is one route of the router, for tests.
type RouteInfo struct {
	Method, Path string
	Public       bool
	Need         string // what it asks of who calls; "" if nobody has said
	Changes      bool   // it is there to change something
	Named        bool   // the environment is named in the query or body
}

var needNames = map[access]string{
	public: "public", signedIn: "signedIn", viewEnv: "viewEnv", editEnv: "editEnv", viewAll: "viewAll",
	createEnv: "createEnv", manageUsers: "manageUsers", administrate: "administrate",
	editCliqueTypes: "editCliqueTypes", manageConstraints: "manageConstraints", manageLinkTypes: "manageLinkTypes",
	manageCliqueTypes: "manageCliqueTypes", viewNamed: "viewNamed", editNamed: "editNamed",
}

// RoutesForTest lists what the router itself knows, with what the table of
// rights says of it.
func (a *API) RoutesForTest() []RouteInfo {
	var out []RouteInfo
	for _, r := range a.engine.Routes() {
		route := r.Method + " " + r.Path
		need := a.access[route]
		out = append(out, RouteInfo{r.Method, r.Path, need == public, needNames[need], changes(route), need == viewNamed || need == editNamed})
	}
	return out
}
