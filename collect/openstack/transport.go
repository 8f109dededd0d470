package openstack

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"calipso/collect"
)

// tuning are the numbers of rule DIS-30; a zero field takes its default.
type tuning struct {
	connect  time.Duration   // for a TCP connection; 5 s
	request  time.Duration   // from the first byte sent to the last one read; 60 s
	pauses   []time.Duration // before each further try; 1, 2, 4 s
	parallel int             // requests at a time; 4
	// wait sleeps for d or until ctx ends; tests count instead.
	wait func(ctx context.Context, d time.Duration) error
}

func (t tuning) withDefaults() tuning {
	if t.connect == 0 {
		t.connect = 5 * time.Second
	}
	if t.request == 0 {
		t.request = 60 * time.Second
	}
	if t.pauses == nil {
		t.pauses = []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}
	}
	if t.parallel == 0 {
		t.parallel = 4
	}
	if t.wait == nil {
		t.wait = wait
	}
	return t
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// maxAnswer is the most that is read of one answer: a thousand servers are
// some 3 MB, a hundred thousand ports some 200 MB.
const maxAnswer = 1 << 30

// errSlow: a request took all of its time. It is not tried again.
var errSlow = errors.New("no complete answer in time")

// transport sends requests, a few at a time, reads their answers whole, and
// tells observe of each. Reading here and not later means that a connection
// that breaks in the middle is an error of the request, to be tried again, and
// that what comes after is a matter of parsing alone.
type transport struct {
	base    *http.Transport
	slots   chan struct{}
	limit   time.Duration
	observe func(collect.Call)
}

func newTransport(s *settings, t tuning, observe func(collect.Call)) *transport {
	if observe == nil {
		observe = func(collect.Call) {}
	}
	return &transport{
		base: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: t.connect}).DialContext,
			TLSHandshakeTimeout:   t.connect,
			TLSClientConfig:       &tls.Config{RootCAs: s.roots, InsecureSkipVerify: s.insecure, MinVersion: tls.VersionTLS12},
			MaxIdleConnsPerHost:   t.parallel,
			IdleConnTimeout:       30 * time.Second,
			ExpectContinueTimeout: time.Second,
			ForceAttemptHTTP2:     true,
		},
		slots:   make(chan struct{}, t.parallel),
		limit:   t.request,
		observe: observe,
	}
}

type serviceKey struct{}

// withService names, for observe, the service that requests under ctx go to.
func withService(ctx context.Context, service string) context.Context {
	return context.WithValue(ctx, serviceKey{}, service)
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	select {
	case t.slots <- struct{}{}:
		defer func() { <-t.slots }()
	case <-ctx.Done():
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, ctx.Err()
	}
	service, _ := ctx.Value(serviceKey{}).(string)
	start := time.Now()
	resp, size, err := t.exchange(req)
	t.observe(collect.Call{
		Source: "openstack", Target: service, Op: req.Method + " " + req.URL.Path,
		Dur: time.Since(start), Bytes: size, Err: callError(req, service, resp, err),
	})
	return resp, err
}

// exchange sends one request and reads its answer whole.
func (t *transport) exchange(req *http.Request) (*http.Response, int64, error) {
	ctx, cancel := context.WithTimeoutCause(req.Context(), t.limit, errSlow)
	defer cancel()
	resp, err := t.base.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, 0, slow(ctx, err)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	resp.Body.Close()
	if err == nil && len(body) > maxAnswer {
		err = fmt.Errorf("answer is larger than %d bytes", maxAnswer)
	}
	if err != nil {
		return nil, int64(len(body)), slow(ctx, err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, int64(len(body)), nil
}

// slow puts errSlow into the error of a request that ran out of time.
func slow(ctx context.Context, err error) error {
	if context.Cause(ctx) == errSlow {
		return errSlow // not what it interrupted: nobody called for an end
	}
	return err
}

// callError is what a round trip's report says of its outcome.
func callError(req *http.Request, service string, resp *http.Response, err error) error {
	if err != nil || resp.StatusCode < 400 {
		return err
	}
	return &collect.StatusError{Service: service, Op: req.Method + " " + req.URL.Path, Status: resp.StatusCode,
		Fault: http.StatusText(resp.StatusCode)}
}

// sameHost keeps the token from following a redirection to another host.
func sameHost(req *http.Request, via []*http.Request) error {
	if req.URL.Host != via[0].URL.Host || len(via) >= 5 {
		return http.ErrUseLastResponse
	}
	return nil
}
