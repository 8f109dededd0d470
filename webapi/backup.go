package webapi

import (
	"fmt"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"
)

// backupPath answers with the file of a backup.
const backupPath = "/api/v1/backup"

// backup serves GET /api/v1/backup?with_key=: 200 application/octet-stream, 422.
// A backup that breaks off ends without its end mark, by which every reader
// knows it.
func (a *API) backup(c *gin.Context) {
	if a.opt.Backup == nil {
		a.refuse(c, fmt.Errorf("backup: %w", ErrUnavailable))
		return
	}
	withKey := false
	if text := c.Query("with_key"); text != "" {
		var err error
		if withKey, err = strconv.ParseBool(text); err != nil {
			a.refuse(c, invalidQuery("with_key", "is neither true nor false"))
			return
		}
	}
	a.unhurried(c)
	ctx := c.Request.Context()
	a.log.Info("backup", slog.String("user", principal(ctx).User.Name), slog.Bool("with_key", withKey))
	c.Header("Content-Type", "application/octet-stream")
	c.Header("Content-Disposition", "attachment; filename=calipso.backup")
	c.Status(http.StatusOK)
	if err := a.opt.Backup(ctx, c.Writer, withKey); err != nil {
		a.log.Warn("backup broke off", slog.String("request", requestID(ctx)), slog.Any("err", err))
		c.Abort()
	}
}
