package webapi

import (
	"fmt"
	"maps"
	"net/http"

	"github.com/gin-gonic/gin"
)

// contentPolicy lets a page load what this server serves and nothing else: no
// inline script or style, no foreign host, no frame around it.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// hardening are the headers that browsers heed. What the API answers is not
// kept by caches, since it depends on who asks.
func hardening(secure bool) http.Header {
	h := http.Header{
		"Content-Security-Policy":      {contentPolicy},
		"X-Content-Type-Options":       {"nosniff"},
		"X-Frame-Options":              {"DENY"},
		"Referrer-Policy":              {"no-referrer"},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
		"Permissions-Policy":           {"camera=(), geolocation=(), microphone=()"},
		"Cache-Control":                {"no-store"},
	}
	if secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	return h
}

// harden sets the headers of every answer. Answers share the values; who wants
// another sets it anew.
func (a *API) harden(c *gin.Context) {
	maps.Copy(c.Writer.Header(), a.headers)
	c.Next()
}

// sameOrigin turns away what another site makes a browser send. Scripts, which
// send no Origin, pass.
func (a *API) sameOrigin(c *gin.Context) {
	old := a.legacy.Owns(c.Request.URL.Path)
	if err := a.crossOrigin.Check(c.Request); err != nil && !(old && a.legacy.Trusts(c.Request)) {
		a.refuse(c, newProblem(http.StatusForbidden, "the request comes from another site"))
		return
	}
	c.Next()
}

// limitBody bounds what a request may send; reading beyond is an error.
func (a *API) limitBody(c *gin.Context) {
	if long(c.FullPath()) {
		c.Next()
		return
	}
	if c.Request.ContentLength > a.opt.MaxBody {
		a.refuse(c, newProblem(http.StatusRequestEntityTooLarge, fmt.Sprintf("the request's body is larger than %d bytes", a.opt.MaxBody)))
		return
	}
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, a.opt.MaxBody)
	c.Next()
}
