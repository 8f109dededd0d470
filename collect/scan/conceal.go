package scan

import (
	"context"
	"log/slog"

	"calipso/graph"
)

// concealing is a log for sources: what they log of a service's answer may hold
// what the service was sent.
type concealing struct {
	slog.Handler
	env *graph.Environment
}

// Handle implements slog.Handler.
func (h concealing) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, h.env.Conceal(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		v := a.Value.Resolve()
		switch v.Kind() {
		case slog.KindString, slog.KindAny:
			v = slog.StringValue(h.env.Conceal(v.String()))
		}
		clean.AddAttrs(slog.Attr{Key: a.Key, Value: v})
		return true
	})
	return h.Handler.Handle(ctx, clean)
}

// WithAttrs implements slog.Handler.
func (h concealing) WithAttrs(attrs []slog.Attr) slog.Handler {
	return concealing{h.Handler.WithAttrs(attrs), h.env}
}

// WithGroup implements slog.Handler.
func (h concealing) WithGroup(name string) slog.Handler {
	return concealing{h.Handler.WithGroup(name), h.env}
}
