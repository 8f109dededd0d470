package hostcli

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"calipso/collect"
	"calipso/collect/hostcli/batch"
	"calipso/collect/hostcli/remote"
)

// Test implements collect.Conn: it logs in on the master and on every host that
// the section names, and tries what a scan needs there: sh, uname and, if the
// user is not root, sudo without a password.
func (c *Conn) Test(ctx context.Context) []collect.Check {
	targets := []remote.Target{{Name: c.settings.remote.Address}}
	for _, name := range c.settings.named {
		targets = append(targets, remote.Target{Name: name})
	}
	out := make([]collect.Check, len(targets))
	var all sync.WaitGroup
	for i, t := range targets {
		all.Go(func() {
			out[i].Target = "CLI " + t.Name
			out[i].Detail, out[i].Err = c.try(ctx, t)
		})
	}
	all.Wait()
	return out
}

// testLimit bounds the test of one host (rule DIS-25).
const testLimit = 15 * time.Second

func (c *Conn) try(ctx context.Context, t remote.Target) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, testLimit)
	defer cancel()
	h := &host{conn: c, target: t}
	uname := batch.Command{Argv: []string{"uname", "-snr"}}
	root := batch.Command{Argv: []string{"true"}, Root: true}
	results, _, err := h.exchange(ctx, []batch.Command{uname, root})
	if err != nil {
		return "", fmt.Errorf("hostcli: %w", err)
	}
	user, err := c.pool.UserOn(ctx, t.Name)
	if err != nil {
		return "", err
	}
	detail := fmt.Sprintf("uname: %s, user %s", strings.TrimSpace(string(results[0].Stdout)), user)
	for _, r := range results {
		if err := errOf(t.Name, r); err != nil {
			return detail, fmt.Errorf("hostcli: host %q: %w", t.Name, err)
		}
	}
	return detail, nil
}
