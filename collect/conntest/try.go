package conntest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"calipso/collect"
	"calipso/graph"
	"calipso/graph/envdoc"
)

// answer tries the targets of a test side by side and stores what came of it.
func (k *Keeper) answer(ctx context.Context, t *Test) {
	errs := make([]error, len(t.Targets))
	var all sync.WaitGroup
	for i, target := range t.Targets {
		all.Go(func() { errs[i] = k.try(ctx, t, target) })
	}
	all.Wait()
	if ctx.Err() != nil {
		return // it stays a request
	}
	passed := true
	for i, target := range t.Targets {
		t.Results[target] = errs[i] == nil
		if errs[i] != nil {
			t.Errors[target], passed = t.conceal(told(errs[i])), false
		}
	}
	t.Status, t.Answer = Answered, k.opt.Clock().UTC()
	t.Took = envdoc.Took(t.Answer.Sub(t.Submitted))
	t.Sections = forget(t.Sections).([]any)
	var err error
	if passed {
		err = k.opt.Works(ctx, t.Who, t.Env)
	}
	if err := errors.Join(err, k.write(ctx, t)); err != nil {
		k.opt.Log.Error("connection test not answered", slog.String("env", string(t.Env)), slog.Any("err", err))
	}
}

// try uses the section of one target, and nothing else.
func (k *Keeper) try(ctx context.Context, t *Test, target string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, k.opt.Limit)
	defer cancel()
	var own []any
	for _, s := range t.Sections {
		if m, _ := s.(map[string]any); graph.Attrs(m).String("name") == target {
			own = append(own, s)
		}
	}
	env, err := graph.ParseEnvironment(graph.Attrs{"name": string(t.Env), "configuration": own})
	if err != nil {
		return err
	}
	for _, p := range k.opt.Providers {
		if p.Configured(env) {
			return k.use(ctx, p, env)
		}
	}
	return fmt.Errorf("this server has no source that uses %s", target)
}

// use opens a source and asks it whether it works.
func (k *Keeper) use(ctx context.Context, p collect.Provider, env *graph.Environment) (err error) {
	conn, err := p.Open(ctx, env, collect.Options{StateDir: k.opt.StateDir})
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range conn.Test(ctx) {
		errs = append(errs, c.Err)
	}
	if err := context.Cause(ctx); err != nil && errors.Join(errs...) == nil {
		errs = append(errs, err)
	}
	return errors.Join(append(errs, conn.Close())...)
}

// told is why a target cannot be used, in the words that old clients look for,
// then what happened.
func told(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	switch {
	case errors.Is(err, collect.ErrAuth):
		return "Wrong credentials: " + text
	case errors.Is(err, collect.ErrUnreachable), errors.Is(err, context.DeadlineExceeded):
		return "Wrong host and/or port: " + text
	}
	return text
}
