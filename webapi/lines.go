package webapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
)

// lineType is JSON in lines (https://github.com/ndjson/ndjson-spec): an answer
// of any size, written as it is read.
const lineType = "application/x-ndjson"

// LinesHeader says in which form an answer is wanted.
type LinesHeader struct {
	Accept string `header:"Accept" maxLength:"1000" doc:"application/x-ndjson: everything, one JSON object a line; else application/json"`
}

// lines tells whether the answer is wanted in lines.
func (h LinesHeader) lines() bool { return acceptsLines(h.Accept) }

func acceptsLines(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		if media, _, _ := strings.Cut(strings.TrimSpace(part), ";"); media == lineType {
			return true
		}
	}
	return false
}

// lineRoutes are those that can answer in lines.
const (
	objectsPath  = "/api/v1/environments/:env/objects"
	linksPath    = "/api/v1/environments/:env/links"
	traversePath = "/api/v1/environments/:env/traverse"
	messagesPath = "/api/v1/environments/:env/messages"
)

// unbounded tells whether the answer to a request may take its time: as long as
// the client reads on.
func unbounded(c *gin.Context) bool {
	switch route := c.FullPath(); route {
	case objectsPath, linksPath, traversePath, messagesPath:
		return acceptsLines(c.GetHeader("Accept"))
	default:
		return long(route)
	}
}

// lineBuffer is how much of an answer is gathered before it is sent.
const lineBuffer = 32 << 10

// lineWriter writes lines, and is told by its error when to stop.
type lineWriter struct {
	out io.Writer
	buf bytes.Buffer
}

// line writes one value as one line.
func (w *lineWriter) line(v any) error {
	b, err := appendJSON(w.buf.AvailableBuffer(), v)
	if err != nil {
		return err
	}
	w.buf.Write(append(b, '\n'))
	if w.buf.Len() < lineBuffer {
		return nil
	}
	return w.flush()
}

func (w *lineWriter) flush() error {
	_, err := w.buf.WriteTo(w.out)
	return err
}

// inLines answers in lines that write makes. If it fails on the way, the answer
// is cut off, so that nobody takes it for whole.
func (a *API) inLines(ctx context.Context, write func(w *lineWriter) error) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		a.unhurried(humagin.Unwrap(hc))
		hc.SetHeader("Content-Type", lineType)
		hc.SetHeader("Vary", "Accept")
		hc.SetStatus(http.StatusOK)
		w := &lineWriter{out: hc.BodyWriter()}
		err := write(w)
		if err == nil {
			err = w.flush()
		}
		if err == nil {
			return
		}
		if ctx.Err() == nil && !errors.Is(err, context.Canceled) {
			a.log.Warn("answer broke off", slog.String("request", requestID(ctx)), slog.Any("err", err))
		}
		panic(http.ErrAbortHandler)
	}}
}

// firstThenLines answers with a line for each item. The first is read before the
// answer begins, so that what is wrong with the question is told properly.
func firstThenLines[T any](ctx context.Context, a *API, items iter.Seq2[T, error], doc func(T) any) (*huma.StreamResponse, error) {
	next, stop := iter.Pull2(items)
	item, err, ok := next()
	if err != nil {
		stop()
		return nil, err
	}
	return a.inLines(ctx, func(w *lineWriter) error {
		defer stop()
		for ; ok && err == nil; item, err, ok = next() {
			if err := w.line(doc(item)); err != nil {
				return err
			}
		}
		return err
	}), nil
}

// inJSON answers with a body that is made already.
func inJSON(body any) (*huma.StreamResponse, error) {
	var b bytes.Buffer
	if err := writeJSON(&b, body); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", "application/json")
		hc.SetHeader("Vary", "Accept")
		hc.SetStatus(http.StatusOK)
		hc.BodyWriter().Write(b.Bytes()) // an error is the client's leaving
	}}, nil
}

// orLines describes that an operation can answer in lines as well.
func orLines(op huma.Operation, description string) huma.Operation {
	op.Responses["200"].Content[lineType] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Description: description}}
	return op
}
