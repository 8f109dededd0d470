package hostcli

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"calipso/collect"
	"calipso/collect/hostcli/batch"
	"calipso/collect/hostcli/remote"
	"calipso/graph"
)

// providerName is the part before the dot in the names of the fetchers.
const providerName = "hostcli"

// Transcript is one command that a host was asked, with its answer.
type Transcript = batch.Transcript

// Provider reads hosts over SSH. The zero value works.
type Provider struct {
	// Record is told of every command and its answer; nil: nobody. It is
	// called from several goroutines. Secrets are no part of it.
	Record func(Transcript)
}

// Name implements collect.Provider.
func (*Provider) Name() string { return providerName }

// Configured implements collect.Provider: there is a CLI section.
func (*Provider) Configured(env *graph.Environment) bool {
	_, ok := env.Section(sectionName)
	return ok
}

// Open implements collect.Provider. It reads the section with its key files
// and connects with the first use.
func (p *Provider) Open(ctx context.Context, env *graph.Environment, opt collect.Options) (collect.Conn, error) {
	s, err := parseSettings(env, opt.StateDir)
	if err != nil {
		return nil, fmt.Errorf("hostcli: %w", err)
	}
	c := &Conn{env: env, settings: s, observe: opt.Observe, record: p.Record, log: opt.Log}
	if c.observe == nil {
		c.observe = func(collect.Call) {}
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	rc := s.remote
	rc.Log = c.log
	rc.Observe = func(host string, took time.Duration, err error) {
		c.observe(collect.Call{Source: providerName, Target: host, Op: "ssh: connect", Dur: took, Err: err})
	}
	c.pool = remote.Open(ctx, rc)
	c.life, c.end = context.WithCancel(context.WithoutCancel(ctx))
	c.mu.hosts = map[string]*host{}
	return c, nil
}
