package webapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
)

// OpenAPI is the OpenAPI 3.1 document of the API, indented.
func (a *API) OpenAPI() []byte { return a.openAPI }

// describe writes the OpenAPI document and the readable page, once, when all
// routes are known.
func (a *API) describe() error {
	a.describeFiles()
	a.complete()
	raw, err := json.Marshal(a.huma.OpenAPI())
	if err != nil {
		return fmt.Errorf("webapi: openapi: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return fmt.Errorf("webapi: openapi: %w", err)
	}
	out.WriteByte('\n')
	a.openAPI = out.Bytes()
	a.docs, err = docsPage(a.huma.OpenAPI())
	return err
}

func (a *API) serveOpenAPI(c *gin.Context) {
	c.Data(http.StatusOK, "application/openapi+json", a.openAPI)
}

func (a *API) serveDocs(c *gin.Context) {
	c.Data(http.StatusOK, "text/html; charset=utf-8", a.docs)
}
