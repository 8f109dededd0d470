package legacy

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Owns tells whether a path is the old API's to answer: everything outside
// the new one's, the web UI's and the server's own pages. path is without the
// trailing slash that the old API ignores.
func (a *API) Owns(path string) bool {
	if a.paths[path] {
		return true
	}
	for _, other := range []string{"/api", "/assets", "/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"} {
		if path == other || strings.HasPrefix(path, other+"/") {
			return false
		}
	}
	return path != "/" && path != ""
}

// Open tells whether a path can be asked for without credentials, whatever the
// method.
func (a *API) Open(path string) bool { return path == tokensPath }

// Trim is the path without the trailing slash that the old API ignores.
func Trim(path string) string {
	if len(path) > 1 && strings.HasSuffix(path, "/") {
		return strings.TrimSuffix(path, "/")
	}
	return path
}

// ValidOrigin tells whether a text can be the name of a web site in
// Options.Origins.
func ValidOrigin(text string) bool {
	if text == "*" {
		return true
	}
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && text == u.Scheme+"://"+u.Host
}

// allowed tells whether a web site's scripts may use the API.
func (a *API) allowed(origin string) bool {
	return origin != "" && slices.ContainsFunc(a.opt.Origins, func(o string) bool { return o == "*" || strings.EqualFold(o, origin) })
}

// allowOrigin tells the browser who may read the answer.
func (a *API) allowOrigin(h http.Header, r *http.Request) {
	if slices.Contains(a.opt.Origins, "*") {
		h.Set("Access-Control-Allow-Origin", "*")
		return
	}
	if len(a.opt.Origins) > 0 {
		h.Add("Vary", "Origin")
	}
	if origin := r.Header.Get("Origin"); a.allowed(origin) {
		h.Set("Access-Control-Allow-Origin", origin)
	}
}

// Trusts tells whether a request that another web site made a browser send may
// go on. Browsers add a password that they remember by themselves, so where any
// site is allowed, the request must carry a token, which only a script does, or be
// for one, where such a password does not count.
func (a *API) Trusts(r *http.Request) bool {
	if !a.allowed(r.Header.Get("Origin")) {
		return false
	}
	return !slices.Contains(a.opt.Origins, "*") || r.Header.Get(tokenHeader) != "" || a.Open(r.URL.Path)
}

// Preflight answers the question of a browser whether it may send a request,
// without credentials since it has none (rule API-09); false: this is no such
// question.
func (a *API) Preflight(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" || r.Header.Get("Origin") == "" || !a.paths[r.URL.Path] {
		return false
	}
	h := w.Header()
	a.allowOrigin(h, r)
	h.Set("Allow", a.methods(r.URL.Path))
	if a.allowed(r.Header.Get("Origin")) {
		headers := r.Header.Get("Access-Control-Request-Headers")
		if headers == "" {
			headers = "*"
		}
		h.Set("Access-Control-Allow-Methods", a.methods(r.URL.Path))
		h.Set("Access-Control-Allow-Headers", headers)
		h.Set("Access-Control-Max-Age", "86400")
	}
	head(w, http.StatusOK)
	return true
}

// methods are those of a path.
func (a *API) methods(path string) string {
	var out []string
	for _, r := range a.table {
		if r.Path == path {
			out = append(out, r.Method)
		}
	}
	return strings.Join(append(out, http.MethodOptions), ", ")
}

// NoMethod answers a method that a path does not have; OPTIONS every path has.
func (a *API) NoMethod(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Allow", a.methods(r.URL.Path))
	if r.Method == http.MethodOptions {
		a.allowOrigin(w.Header(), r)
		head(w, http.StatusOK)
		return
	}
	a.Refuse(w, r, &Error{http.StatusMethodNotAllowed, r.Method + " is not possible here"})
}
