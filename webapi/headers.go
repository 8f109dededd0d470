package webapi

import (
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
)

// contentPolicy lets a page load what this server serves and nothing else: no
// inline script or style, no foreign host, no frame around it.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// harden sets the headers that browsers heed. What the API answers is not kept
// by caches, since it depends on who asks.
func (a *API) harden(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-store")
	if a.opt.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	c.Next()
}

// sameOrigin turns away what another site makes a browser send. Scripts, which
// send no Origin, pass.
func (a *API) sameOrigin(c *gin.Context) {
	if err := a.crossOrigin.Check(c.Request); err != nil {
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
