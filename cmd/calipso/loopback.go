package main

import (
	"io"
	"net/http"
	"sync"
)

// handlerTransport serves requests by calling a handler of this process, so
// that commands speak the same API with and without a server.
type handlerTransport struct {
	handler http.Handler
	running sync.WaitGroup
	mu      struct {
		sync.Mutex
		answers []*io.PipeReader
	}
}

// finish waits for the requests under way: a handler may have things to do when
// its answer is out. Answers that nobody read to their end are cut off.
func (t *handlerTransport) finish() {
	t.mu.Lock()
	for _, r := range t.mu.answers {
		r.Close()
	}
	t.mu.answers = nil
	t.mu.Unlock()
	t.running.Wait()
}

// RoundTrip implements http.RoundTripper; the body of the answer streams.
func (t *handlerTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.RemoteAddr = "127.0.0.1:0"
	req.RequestURI = req.URL.RequestURI()
	req.Host = "127.0.0.1"
	if req.Body == nil {
		req.Body = http.NoBody
	}
	r, w := io.Pipe()
	t.mu.Lock()
	t.mu.answers = append(t.mu.answers, r)
	t.mu.Unlock()
	rec := &responsePipe{header: http.Header{}, body: w, ready: make(chan struct{})}
	t.running.Go(func() { // ends when the handler does; a reader that stops early makes its writes fail
		defer w.Close()
		defer rec.start(http.StatusOK)
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler: // the answer is cut off on purpose, as a server cuts the connection
				w.CloseWithError(io.ErrUnexpectedEOF)
			default:
				panic(p)
			}
		}()
		t.handler.ServeHTTP(rec, req)
	})
	<-rec.ready
	return &http.Response{
		Status: http.StatusText(rec.status), StatusCode: rec.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: rec.sent, Body: r, ContentLength: -1, Request: req,
	}, nil
}

// responsePipe is a ResponseWriter that hands its body to a reader.
type responsePipe struct {
	header, sent http.Header
	status       int
	body         *io.PipeWriter
	ready        chan struct{} // closed once status and headers stand
}

func (p *responsePipe) start(status int) {
	if p.status == 0 {
		p.status, p.sent = status, p.header.Clone()
		close(p.ready)
	}
}

func (p *responsePipe) Header() http.Header    { return p.header }
func (p *responsePipe) WriteHeader(status int) { p.start(status) }
func (p *responsePipe) Flush()                 {}

func (p *responsePipe) Write(b []byte) (int, error) {
	p.start(http.StatusOK)
	return p.body.Write(b)
}

// here tells whether a client speaks to this very process.
func (c *client) here() bool {
	_, ok := c.http.Transport.(*handlerTransport)
	return ok
}
