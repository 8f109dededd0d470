package webapi

import (
	"net"
	"net/http"
	"net/url"

	"calipso/webapi/auth"
)

// everybody is for whom a request speaks that brings no credentials, where
// Options.Everybody lets such in; nil for all others. A session's cookie, which
// may be of another server that ran at this address before, does not count as
// bringing some.
//
// A page of another site could make a browser on this machine ask here, by an
// address of its own that leads to this machine, or by a request whose answer it
// may read. So only requests that name this machine itself, and come from its own
// pages or from no page at all, are let in.
func (a *API) everybody(r *http.Request) (*auth.Principal, error) {
	secret := a.opt.Everybody.Reveal()
	if secret == "" || r.Header.Get("Authorization") != "" || r.Header.Get("X-Auth-Token") != "" || !fromHere(r) {
		return nil, nil
	}
	callOf(r.Context()).everybody = true
	return a.opt.Accounts.Authenticate(r.Context(), secret)
}

// fromHere tells whether a request was addressed to this machine, and not made by
// a page from elsewhere.
func fromHere(r *http.Request) bool {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if !loopback(host) {
		return false
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default:
		return false
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host
}
