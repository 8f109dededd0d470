package osdb

import (
	"context"
	"log/slog"

	"calipso/collect"
	"calipso/graph"
)

// Section is the configuration section this source reads.
const Section = "mysql"

// Provider opens the databases of OpenStack clouds. The zero value is ready.
type Provider struct{}

var (
	_ collect.Provider = Provider{}
	_ collect.Conn     = (*Conn)(nil)
)

// Name is "osdb".
func (Provider) Name() string { return "osdb" }

// Configured tells whether the environment has a section "mysql".
func (Provider) Configured(env *graph.Environment) bool {
	_, ok := env.Section(Section)
	return ok
}

// Open checks the section and prepares access; the first query connects.
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
	opt.Log = opt.Log.With("env", env.Name, "source", "osdb")
	return newConn(s, opt)
}
