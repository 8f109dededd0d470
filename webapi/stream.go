package webapi

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"calipso/graph"
)

const streamPath = "/api/v1/stream"

// writeTimeout is how long one event may take to reach a client.
const writeTimeout = 10 * time.Second

type streamRequest struct {
	Env    []string `query:"env,explode" doc:"only of these environments; default: all the caller may view"`
	LastID string   `header:"Last-Event-ID" doc:"id of the last event seen: what followed is sent first"`
}

// streamOperation describes the stream for OpenAPI, which has no words for
// server-sent events.
func streamOperation() huma.Operation {
	return huma.Operation{
		OperationID: "stream", Method: http.MethodGet, Path: streamPath,
		Summary: "What happens, as it happens",
		Description: "Server-sent events: `change` (a commit: environment, time, cause, counts and the first of the objects and links changed), " +
			"`scan` (a scan request, as GET …/scans/{id} shows it), `message` (a message that was written), and `reset`: events were missed " +
			"(the server started anew, or the client was away too long), so read again what you show. A comment line is sent when nothing happens. " +
			"A client that comes back with Last-Event-ID gets what it missed.",
		Tags: []string{"stream"},
		Responses: map[string]*huma.Response{"200": {
			Description: "events until either side ends it",
			Content:     map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{Type: huma.TypeString}}},
		}},
	}
}

// stream serves GET /api/v1/stream.
func (a *API) stream(_ context.Context, in *streamRequest) (*huma.StreamResponse, error) {
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", "text/event-stream; charset=utf-8")
		hc.SetHeader("X-Accel-Buffering", "no") // nginx would hold events back
		hc.SetStatus(http.StatusOK)
		a.metrics.streams.Inc()
		defer a.metrics.streams.Dec()
		w := &eventWriter{w: hc.BodyWriter(), ring: a.ring}
		if c, ok := hc.BodyWriter().(http.ResponseWriter); ok {
			w.control = http.NewResponseController(c)
		}
		a.follow(hc.Context(), w, in)
	}}, nil
}

// follow sends events until the client goes, the server ends or the caller may
// not see them any more.
func (a *API) follow(ctx context.Context, w *eventWriter, in *streamRequest) {
	select {
	case <-a.following:
	case <-ctx.Done():
		return
	case <-a.stopping:
		return
	}
	beat := time.NewTicker(a.opt.Heartbeat)
	defer beat.Stop()
	seq, ok := a.ring.parseID(in.LastID)
	if !ok {
		seq = a.ring.last()
	}
	if err := w.hello(seq, in.LastID != "" && !ok); err != nil {
		return
	}
	sees, err := a.watched(ctx, in.Env)
	for err == nil {
		events, lost, more := a.ring.after(seq)
		if lost {
			err = w.reset("the client was away too long")
		}
		for _, e := range events {
			seq = e.seq
			if err == nil && sees(e.env) {
				err = w.event(e)
			}
		}
		if err == nil && len(events) > 0 {
			err = w.flush()
		}
		if err != nil {
			return
		}
		select {
		case <-more:
		case <-beat.C:
			// Rights and the session itself are looked at again with each beat.
			if sees, err = a.watched(ctx, in.Env); err == nil {
				err = w.beat()
			}
		case <-ctx.Done():
			return
		case <-a.stopping:
			return
		}
	}
}

// watched tells which environments the caller of a stream wants and may view.
func (a *API) watched(ctx context.Context, want []string) (func(graph.EnvID) bool, error) {
	if err := a.opt.Accounts.Check(ctx, principal(ctx)); err != nil {
		return nil, err
	}
	view := map[graph.EnvID]bool{}
	return func(env graph.EnvID) bool {
		if len(want) > 0 && !slices.Contains(want, string(env)) {
			return false
		}
		ok, known := view[env]
		if !known {
			ok, _, _ = principal(ctx).Env(ctx, env) // an error is as good as no
			view[env] = ok
		}
		return ok
	}, nil
}

// eventWriter writes server-sent events.
type eventWriter struct {
	w       io.Writer
	control *http.ResponseController
	ring    *ring
}

// hello sends the place where the stream begins, so that a client that is cut
// off before the first event can resume as well.
func (w *eventWriter) hello(seq uint64, missed bool) error {
	w.deadline()
	if missed {
		if err := w.reset("the server was started anew, or does not know that event"); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(w.w, "retry: 2000\nid: %s\n: connected\n\n", w.ring.id(seq)); err != nil {
		return err
	}
	return w.flush()
}

func (w *eventWriter) event(e event) error {
	w.deadline()
	_, err := fmt.Fprintf(w.w, "id: %s\nevent: %s\ndata: %s\n\n", w.ring.id(e.seq), e.kind, e.data)
	return err
}

func (w *eventWriter) reset(reason string) error {
	w.deadline()
	_, err := fmt.Fprintf(w.w, "event: reset\ndata: {\"reason\":%q}\n\n", reason)
	return err
}

func (w *eventWriter) beat() error {
	w.deadline()
	if _, err := io.WriteString(w.w, ": beat\n\n"); err != nil {
		return err
	}
	return w.flush()
}

func (w *eventWriter) deadline() {
	if w.control != nil {
		w.control.SetWriteDeadline(time.Now().Add(writeTimeout)) // not all writers can
	}
}

func (w *eventWriter) flush() error {
	if w.control == nil {
		return nil
	}
	return w.control.Flush()
}
