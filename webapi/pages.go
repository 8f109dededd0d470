package webapi

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// pages registers the web UI: its page at / and each of its files below
// /assets. They hold nothing secret; what they show comes through the API.
func (a *API) pages() {
	var signIn string
	if a.opt.OIDC != nil {
		signIn = a.opt.OIDC.Label()
	}
	page := a.files.Page(a.opt.Version, signIn)
	show := func(c *gin.Context) {
		c.Data(http.StatusOK, "text/html; charset=utf-8", page)
	}
	a.plain(public, http.MethodGet, "/", show)
	a.plain(public, http.MethodHead, "/", show)
	for _, name := range a.files.Paths() {
		if name == "index.html" {
			continue
		}
		file, _ := a.files.Get(name)
		a.plain(public, http.MethodGet, "/assets/"+name, func(c *gin.Context) {
			// Checked with each load, which costs next to nothing: after an
			// update nobody runs old scripts against a new server.
			c.Header("Cache-Control", "no-cache")
			c.Header("ETag", file.ETag)
			if c.GetHeader("If-None-Match") == file.ETag {
				c.Status(http.StatusNotModified)
				return
			}
			c.Data(http.StatusOK, file.Type, file.Body)
		})
	}
}
