package scan

import (
	"context"
	"errors"
	"log/slog"

	"golang.org/x/sync/errgroup"

	"calipso/collect"
)

// source is one provider in this scan: open, failed, or not configured.
type source struct {
	provider collect.Provider
	conn     collect.Conn
	err      error // why it could not be opened
	idle     bool  // the environment does not configure it
}

// open opens all providers side by side. One that fails costs what it would
// have shown; it is reported as a part of its own, named like the provider.
//
// Errors: none of the providers is configured.
func (r *run) open(ctx context.Context) error {
	r.sources = make([]source, len(r.opt.Providers))
	var g errgroup.Group
	for i, p := range r.opt.Providers {
		r.sources[i] = source{provider: p, idle: !p.Configured(r.req.Env)}
		if r.sources[i].idle {
			continue
		}
		g.Go(func() error {
			r.sources[i].conn, r.sources[i].err = openOne(ctx, p, r)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	var fetchers []collect.Fetcher
	asked := 0
	for _, s := range r.sources {
		switch {
		case s.idle:
			continue
		case s.err != nil:
			r.fail(&Part{Name: s.provider.Name(), Fetcher: s.provider.Name()}, s.err)
		default:
			fetchers = append(fetchers, s.conn.Fetchers()...)
		}
		asked++
	}
	if asked == 0 {
		return errors.New("the environment configures no source; add a section such as OpenStack or CLI")
	}
	r.plan = newPlan(fetchers)
	return nil
}

func openOne(ctx context.Context, p collect.Provider, r *run) (conn collect.Conn, err error) {
	defer capture(&err)
	log := slog.New(concealing{r.log.Handler(), r.req.Env})
	return p.Open(ctx, r.req.Env, collect.Options{Observe: r.meter.observe, Log: log, StateDir: r.opt.StateDir})
}

func (r *run) closeSources() {
	for _, s := range r.sources {
		if s.conn != nil {
			if err := s.conn.Close(); err != nil {
				r.log.Debug("closing a source", slog.String("source", s.provider.Name()), slog.Any("err", err))
			}
		}
	}
}

// silent tells whether a part's whole source said nothing in this scan, so that
// everything it stated before is kept.
func (r *run) silent(part string) bool {
	name := providerOf(part)
	for _, s := range r.sources {
		if s.provider.Name() == name {
			return s.idle || s.err != nil
		}
	}
	return false
}
