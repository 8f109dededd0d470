package webapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"

	"github.com/gin-gonic/gin"
)

// description is what tells people and programs of the API.
type description struct{ openAPI, page []byte }

// OpenAPI is the OpenAPI 3.1 document of the API, indented.
func (a *API) OpenAPI() ([]byte, error) {
	d, err := a.description()
	return d.openAPI, err
}

// describe completes the OpenAPI document when all routes are known. It is
// written, as is the readable page, when first asked for: that is a tenth of the
// work of a server with 100,000 objects before its first answer.
func (a *API) describe() {
	a.describeFiles()
	a.complete()
	a.description = sync.OnceValues(a.write)
}

func (a *API) write() (d description, err error) {
	raw, err := json.Marshal(a.huma.OpenAPI())
	if err != nil {
		return d, fmt.Errorf("webapi: openapi: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return d, fmt.Errorf("webapi: openapi: %w", err)
	}
	out.WriteByte('\n')
	d.openAPI = out.Bytes()
	d.page, err = docsPage(a.huma.OpenAPI())
	return d, err
}

func (a *API) serveOpenAPI(c *gin.Context) {
	a.serveDescription(c, "application/openapi+json", func(d description) []byte { return d.openAPI })
}

func (a *API) serveDocs(c *gin.Context) {
	a.serveDescription(c, "text/html; charset=utf-8", func(d description) []byte { return d.page })
}

func (a *API) serveDescription(c *gin.Context, kind string, part func(description) []byte) {
	d, err := a.description()
	if err != nil {
		a.refuse(c, err)
		return
	}
	c.Data(http.StatusOK, kind, part(d))
}
