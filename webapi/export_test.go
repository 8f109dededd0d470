package webapi

// RouteInfo is one route of the router, for tests.
type RouteInfo struct {
	Method, Path string
	Public       bool
	Named        bool // the environment is named in the query or body
}

// RoutesForTest lists what the router itself knows, with what the table of
// rights says of it.
func (a *API) RoutesForTest() []RouteInfo {
	var out []RouteInfo
	for _, r := range a.engine.Routes() {
		need := a.access[r.Method+" "+r.Path]
		out = append(out, RouteInfo{r.Method, r.Path, need == public, need == viewNamed || need == editNamed})
	}
	return out
}
