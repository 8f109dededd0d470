package legacy

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"net/http"
)

// Answer is what a handler found.
type Answer interface {
	write(ctx context.Context, q *Request, w http.ResponseWriter) error
}

// One is one document; nil: there is none.
type One map[string]any

func (o One) write(ctx context.Context, q *Request, w http.ResponseWriter) error {
	if o == nil {
		if q.Compat() != CVIM {
			return nothingFound()
		}
		o = One{}
	}
	q.api.send(w, http.StatusOK, q.present(ctx, map[string]any(o)))
	return nil
}

// ListOf is a list under one key. Its items are written as they come; when one
// fails on the way the answer is cut off, so that nobody takes it for whole.
type ListOf struct {
	Key   string
	Items iter.Seq2[map[string]any, error]
}

// answerBuffer is how much of an answer is gathered before it is sent.
const answerBuffer = 32 << 10

func (l ListOf) write(ctx context.Context, q *Request, w http.ResponseWriter) error {
	next, stop := iter.Pull2(l.Items)
	defer stop()
	item, err, ok := next()
	if err != nil {
		return err
	}
	if !ok && q.Compat() == OPNFV {
		return nothingFound()
	}
	head(w, http.StatusOK)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	b.WriteString(`{"` + l.Key + `":[`)
	for first := true; ok; item, err, ok = next() {
		if err != nil {
			panic(http.ErrAbortHandler) // the client sees that it was cut off
		}
		if !first {
			b.WriteByte(',')
		}
		first = false
		if err := enc.Encode(q.present(ctx, item)); err != nil {
			panic(http.ErrAbortHandler)
		}
		b.Truncate(b.Len() - 1) // the line end
		if b.Len() >= answerBuffer {
			if _, err := b.WriteTo(w); err != nil {
				return nil // the client has left
			}
		}
	}
	b.WriteString("]}\n")
	b.WriteTo(w) // an error is the client's leaving
	return nil
}

// Created is a 201 with a small object.
type Created map[string]any

func (c Created) write(ctx context.Context, q *Request, w http.ResponseWriter) error {
	q.api.send(w, http.StatusCreated, q.present(ctx, map[string]any(c)))
	return nil
}

// Bare is a 200 with any JSON.
type Bare struct{ Body any }

func (b Bare) write(ctx context.Context, q *Request, w http.ResponseWriter) error {
	q.api.send(w, http.StatusOK, q.present(ctx, b.Body))
	return nil
}

// Text is a 200 with plain text.
type Text string

func (t Text) write(_ context.Context, _ *Request, w http.ResponseWriter) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusOK)
	w.Write([]byte(t)) // an error is the client's leaving
	return nil
}

// Done is a 200 without a body.
type Done struct{}

func (Done) write(_ context.Context, _ *Request, w http.ResponseWriter) error {
	head(w, http.StatusOK)
	return nil
}

func head(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
}

// send writes JSON.
func (a *API) send(w http.ResponseWriter, status int, v any) {
	head(w, status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.Encode(v) // an error is the client's leaving
}
