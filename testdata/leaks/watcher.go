package leaks

import (
	"bytes"
	"io"
	"net/http"
	"sync"
)

// Watcher looks through all that is shown to it as it comes, and keeps what it
// found. Its methods may be called from any number of goroutines.
type Watcher struct {
	*Finder
	mu struct {
		sync.Mutex
		found []Finding
	}
}

// Watch makes a Watcher that knows what New does.
func Watch() *Watcher { return &Watcher{Finder: New()} }

// See looks through a text.
func (w *Watcher) See(place string, text []byte) { w.keep(w.In(place, text)) }

func (w *Watcher) keep(found []Finding) {
	if len(found) == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mu.found = append(w.mu.found, found...)
}

// Found is what was found since the last call.
func (w *Watcher) Found() []Finding {
	w.mu.Lock()
	defer w.mu.Unlock()
	found := w.mu.found
	w.mu.found = nil
	return found
}

// T is what of a test reports.
type T interface {
	Helper()
	Errorf(format string, args ...any)
	Cleanup(func())
}

// Report has a test fail at its end for what was found until then.
func (w *Watcher) Report(t T) {
	t.Cleanup(func() {
		t.Helper()
		for _, f := range w.Found() {
			t.Errorf("leak: %s", f)
		}
	})
}

// overlap is how much of what came before is looked at again, so that nothing
// is missed that comes in two pieces.
const overlap = 512

// Writer looks through all that is written to it. It tells each credential once.
func (w *Watcher) Writer(place string) io.Writer {
	return &stream{w: w, place: place, told: map[string]bool{}}
}

// stream is something that comes in pieces.
type stream struct {
	mu    sync.Mutex
	w     *Watcher
	place string
	text  []byte
	told  map[string]bool
}

func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text = append(s.text, p...)
	for _, f := range s.w.In(s.place, s.text) {
		if !s.told[f.Credential] {
			s.told[f.Credential] = true
			s.w.keep([]Finding{f})
		}
	}
	s.text = append(s.text[:0], s.text[max(0, len(s.text)-overlap):]...)
	return len(p), nil
}

// Transport looks through all answers that come by way of next, also through
// what of them nobody reads.
func (w *Watcher) Transport(next http.RoundTripper) http.RoundTripper { return &transport{w, next} }

type transport struct {
	w    *Watcher
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		t.w.See("error of "+r.Method, []byte(err.Error()))
		return resp, err
	}
	place := "answer of " + r.Method + " " + r.URL.Path
	var head bytes.Buffer
	resp.Header.Write(&head) // a buffer takes it
	t.w.See(place, head.Bytes())
	resp.Body = &body{ReadCloser: resp.Body, to: t.w.Writer(place), finite: resp.ContentLength >= 0}
	return resp, nil
}

// CloseIdleConnections is what http.Client asks for.
func (t *transport) CloseIdleConnections() {
	if c, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

type body struct {
	io.ReadCloser
	to     io.Writer
	finite bool
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.to.Write(p[:n]) // never fails
	return n, err
}

func (b *body) Close() error {
	if b.finite { // else it may never end
		io.Copy(io.Discard, b) // what does not come is not shown
	}
	return b.ReadCloser.Close()
}
