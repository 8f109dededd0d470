package openstack

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/gophercloud/gophercloud/v2"

	"calipso/collect"
	"calipso/graph"
)

// errClosed ends the calls under way when a Conn is closed.
var errClosed = errors.New("openstack: connection is closed")

// Conn is access to one cloud for one scan: one login, each list read once.
type Conn struct {
	set    *settings
	tune   tuning
	log    *slog.Logger
	http   *http.Client
	closed context.Context
	close  context.CancelCauseFunc

	logins   memo[*session]
	versions memo[string]
	lists    memo[[]graph.Attrs]
}

func newConn(s *settings, opt collect.Options, t tuning) *Conn {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	t = t.withDefaults()
	c := &Conn{
		set: s, tune: t, log: opt.Log,
		http: &http.Client{Transport: newTransport(s, t, opt.Observe), CheckRedirect: sameHost},
	}
	c.closed, c.close = context.WithCancelCause(context.Background())
	return c
}

// Close makes calls under way fail and closes idle connections.
func (c *Conn) Close() error {
	c.close(errClosed)
	c.http.Transport.(*transport).base.CloseIdleConnections()
	return nil
}

// alive is ctx until the Conn is closed.
func (c *Conn) alive(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(c.closed, func() { cancel(errClosed) })
	return ctx, func() { stop(); cancel(nil) }
}

// provider is a gophercloud client with our transport and retries.
func (c *Conn) provider() *gophercloud.ProviderClient {
	p := &gophercloud.ProviderClient{
		HTTPClient:        *c.http,
		MaxBackoffRetries: uint(len(c.tune.pauses)),
		RetryBackoffFunc:  c.tune.backoff,
		RetryFunc:         c.tune.retry,
	}
	p.UserAgent.Prepend("calipso")
	p.UseTokenLock()
	return p
}
