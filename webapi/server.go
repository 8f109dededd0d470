package webapi

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
)

// drainTime is how long a server that ends waits for answers under way.
const drainTime = 20 * time.Second

// Serve answers requests on l, encrypted if conf is given, until ctx ends; then
// it takes no new ones, ends the streams, and waits for the answers under way.
// It does what Run does as well, and removes old audit entries. The listener is closed when it returns.
func (a *API) Serve(ctx context.Context, l net.Listener, conf *tls.Config) error {
	l = wholeListener{l}
	if conf != nil {
		l = tls.NewListener(l, conf)
	}
	srv := &http.Server{
		Handler:           a,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      a.opt.Timeout + 30*time.Second, // streams lift it
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ConnContext:       withConn,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
	}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.Run(gctx) })
	if a.opt.Audit != nil {
		g.Go(func() error { return a.sweepAudit(gctx) })
	}
	g.Go(func() error {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("webapi: %w", err)
		}
		return nil
	})
	g.Go(func() error {
		<-gctx.Done()
		a.stopStreams()
		drain, cancel := context.WithTimeout(context.WithoutCancel(gctx), drainTime)
		defer cancel()
		if err := srv.Shutdown(drain); err != nil {
			srv.Close()
			return fmt.Errorf("webapi: answers under way were cut off: %w", err)
		}
		return nil
	})
	return g.Wait()
}
