package webapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"calipso/graph"
	"calipso/webapi/auth"
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
	// *graph.InvalidError for an archive that cannot be read or holds what
	// cannot be true; others are the server's own.
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
	// Inventory is the name of the inventory collection; empty: "inventory".
	Inventory string
	// Accounts takes over the users that the source holds.
	Accounts bool
	// Wait says to return when searches find what was imported. Without it, an
	// import ends when all is stored, and the search index follows.
	Wait bool
	// Progress is told how far the import is; nil: nobody.
	Progress func(ImportProgress)
}

// ImportProgress is how far an import is.
type ImportProgress struct {
	// Phase is reading (parsing, mapping, encoding), storing or indexing; of an
	// export, writing.
	Phase      string `json:"phase"`
	Collection string `json:"collection,omitempty"` // being read
	Records    int64  `json:"records"`              // read so far
	Bytes      int64  `json:"bytes"`                // read so far, of Total
	Total      int64  `json:"total"`
	// RecordsPerSecond is the speed of reading.
	RecordsPerSecond float64 `json:"records_per_second"`
	// Indexed are the objects that the search index has written, of ToIndex,
	// while it catches up.
	Indexed int64 `json:"indexed,omitempty"`
	ToIndex int64 `json:"to_index,omitempty"`
	// SecondsLeft is how long reading, or indexing, will take yet, 0 if not known.
	SecondsLeft float64 `json:"seconds_left,omitempty"`
	// Seconds since the import began to read.
	Seconds float64 `json:"seconds"`
}

// linesType is the type of an answer in lines of JSON, one value each.
const linesType = "application/x-ndjson"

// importLine is one line of an import's answer, if the client wants lines: any
// number of progress, then the report or the problem.
type importLine struct {
	Progress *ImportProgress `json:"progress,omitempty"`
	Report   any             `json:"report,omitempty"`
	Problem  any             `json:"problem,omitempty"`
}

// importTar serves POST /api/v1/import?env=&replace=&inventory=&users=&wait=: 200
// report, 422. With "Accept: application/x-ndjson" the answer is 200 with lines
// (importLine), once the archive has arrived. Users are taken over unless
// users=false, if the caller may manage them.
func (a *API) importTar(c *gin.Context) {
	if a.opt.Transfer == nil {
		a.refuse(c, fmt.Errorf("import: %w", ErrUnavailable))
		return
	}
	opt := ImportOptions{Env: graph.EnvID(c.Query("env")), Inventory: c.Query("inventory"), Accounts: true}
	for _, q := range []struct {
		name string
		to   *bool
	}{{"replace", &opt.Replace}, {"users", &opt.Accounts}, {"wait", &opt.Wait}} {
		text := c.Query(q.name)
		if text == "" {
			continue
		}
		var err error
		if *q.to, err = strconv.ParseBool(text); err != nil {
			a.refuse(c, invalidQuery(q.name, "is neither true nor false"))
			return
		}
	}
	who := principal(c.Request.Context())
	opt.Accounts = opt.Accounts && who.Has(auth.ManageUsers)
	a.inSteps(c, strings.Contains(c.GetHeader("Accept"), linesType), func(ctx context.Context, tell func(ImportProgress)) (any, error) {
		opt.Progress = tell
		return a.opt.Transfer.Import(ctx, who.User.Name, c.Request.Body, opt)
	})
}

// inSteps answers with what work comes to; if lines are wanted, after lines of
// its progress.
func (a *API) inSteps(c *gin.Context, lines bool, work func(ctx context.Context, tell func(ImportProgress)) (any, error)) {
	a.unhurried(c)
	ctx := c.Request.Context()
	var tell func(ImportProgress)
	if lines {
		tell = func(p ImportProgress) { a.line(c, importLine{Progress: &p}) }
	}
	report, err := work(ctx, tell)
	switch {
	case err != nil && !c.Writer.Written():
		a.refuse(c, err)
	case err != nil:
		a.line(c, importLine{Problem: a.problem(ctx, err)})
	case lines:
		a.line(c, importLine{Report: report})
	default:
		c.JSON(http.StatusOK, report)
	}
}

// line writes one line of a long answer and sends it on its way. A client that
// has gone is noticed by its context.
func (a *API) line(c *gin.Context, v any) {
	if !c.Writer.Written() {
		c.Header("Content-Type", linesType)
		c.Status(http.StatusOK)
	}
	if err := json.NewEncoder(c.Writer).Encode(v); err != nil {
		a.log.Debug("line not sent", slog.Any("err", err))
		return
	}
	c.Writer.Flush()
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
