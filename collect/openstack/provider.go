package openstack

import (
	"context"
	"log/slog"

	"calipso/collect"
	"calipso/graph"
)

// Section is the configuration section this source reads.
const Section = "OpenStack"

// Provider opens the APIs of OpenStack clouds. The zero value is ready.
type Provider struct{}

var (
	_ collect.Provider = Provider{}
	_ collect.Conn     = (*Conn)(nil)
)

// Name is "openstack".
func (Provider) Name() string { return "openstack" }

// Configured tells whether the environment has a section "OpenStack".
func (Provider) Configured(env *graph.Environment) bool {
	_, ok := env.Section(Section)
	return ok
}

// Open checks the section and prepares access; the login waits for the first
// call.
//
// Errors: *graph.InvalidError naming every field that is wrong.
func (Provider) Open(_ context.Context, env *graph.Environment, opt collect.Options) (collect.Conn, error) {
	s, err := parseSettings(env)
	if err != nil {
		return nil, err
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	opt.Log = opt.Log.With("env", env.Name, "source", "openstack")
	if s.hasAdminToken {
		opt.Log.Info("admin_token is not used: identity v3 logs in with user and password")
	}
	if s.insecure {
		opt.Log.Warn("certificates of the cloud are not verified", "field", "insecure")
	}
	return newConn(s, opt, tuning{}), nil
}
