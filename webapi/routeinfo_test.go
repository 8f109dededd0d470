package webapi

// RouteInfo is one route of the router, for tests.
type RouteInfo struct {
	Method, Path string
	Public       bool
}

// RoutesForTest lists what the router itself knows, with what the table of
// rights says of it.
func (a *API) RoutesForTest() []RouteInfo {
	var out []RouteInfo
	for _, r := range a.engine.Routes() {
		out = append(out, RouteInfo{r.Method, r.Path, a.access[r.Method+" "+r.Path] == public})
	}
	return out
}
