package webapi

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"calipso/graph"
)

// The paths that move whole environments: they take as long and send as much
// as it needs.
const (
	importPath = "/api/v1/import"
	exportPath = "/api/v1/environments/:env/export"
)

// Transfer moves environments in and out as tar archives of
// <collection>.jsonl files (MongoDB Extended JSON).
type Transfer interface {
	// Import reads an archive and tells what it took. Errors:
	// *graph.InvalidError for an archive that cannot be read.
	Import(ctx context.Context, who string, archive io.Reader, opt ImportOptions) (report any, err error)
	// Export writes an environment as of a time. Errors: graph.ErrNotFound,
	// before anything is written.
	Export(ctx context.Context, env graph.EnvID, at graph.Time, archive io.Writer) error
}

// ImportOptions say what an import does.
type ImportOptions struct {
	// Env limits it to one environment; empty: all in the archive.
	Env graph.EnvID
	// Replace makes the imported environments exactly what the archive holds.
	Replace bool
}

// importTar serves POST /api/v1/import?env=&replace=: 200 report, 422.
func (a *API) importTar(c *gin.Context) {
	if a.opt.Transfer == nil {
		a.refuse(c, fmt.Errorf("import: %w", ErrUnavailable))
		return
	}
	replace := false
	if text := c.Query("replace"); text != "" {
		var err error
		if replace, err = strconv.ParseBool(text); err != nil {
			a.refuse(c, invalidQuery("replace", "is neither true nor false"))
			return
		}
	}
	a.unhurried(c)
	ctx := c.Request.Context()
	report, err := a.opt.Transfer.Import(ctx, principal(ctx).User.Name, c.Request.Body, ImportOptions{Env: graph.EnvID(c.Query("env")), Replace: replace})
	if err != nil {
		a.refuse(c, err)
		return
	}
	c.JSON(http.StatusOK, report)
}

// exportTar serves GET /api/v1/environments/{env}/export?at=: 200 application/x-tar,
// 404, 422. An export that breaks off ends without the archive's end mark.
func (a *API) exportTar(c *gin.Context) {
	if a.opt.Transfer == nil {
		a.refuse(c, fmt.Errorf("export: %w", ErrUnavailable))
		return
	}
	env := graph.EnvID(pathParam(c, "env"))
	ctx := c.Request.Context()
	at, err := a.moment(ctx, env, "at", c.Query("at"))
	if err != nil {
		a.refuse(c, err)
		return
	}
	if _, err := a.opt.Store.View(ctx, env, at); err != nil {
		a.refuse(c, err)
		return
	}
	a.unhurried(c)
	c.Header("Content-Type", "application/x-tar")
	c.Header("Content-Disposition", "attachment; filename=calipso-export.tar")
	c.Status(http.StatusOK)
	if err := a.opt.Transfer.Export(ctx, env, at, c.Writer); err != nil {
		a.log.Warn("export broke off", slog.String("request", requestID(ctx)), slog.String("env", string(env)), slog.Any("err", err))
		c.Abort()
	}
}

// unhurried lifts the deadlines of one connection.
func (a *API) unhurried(c *gin.Context) {
	rc := http.NewResponseController(c.Writer)
	for _, lift := range []func(time.Time) error{rc.SetReadDeadline, rc.SetWriteDeadline} {
		if err := lift(time.Time{}); err != nil {
			a.log.Debug("deadline stays", slog.Any("err", err)) // a transport without deadlines
		}
	}
}

// long tells which routes are bound neither in time nor in size.
func long(route string) bool {
	return route == streamPath || route == importPath || route == exportPath || route == backupPath
}
