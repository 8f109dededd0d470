package remote

import (
	"context"
	"fmt"
	"strings"
	"time"

	"calipso/collect"
)

// MasterName is what the master host calls itself (uname -n).
func (p *Pool) MasterName(ctx context.Context) (string, error) {
	p.mu.Lock()
	name := p.mu.uname
	p.mu.Unlock()
	if name != "" {
		return name, nil
	}
	out, err := p.runMaster(ctx, "uname -n", "", 15*time.Second)
	if err != nil {
		return "", err
	}
	name = strings.TrimSpace(string(out.Stdout))
	if out.Status != 0 || name == "" {
		return "", fmt.Errorf("master %s: %w", p.cfg.Address, &collect.CommandError{
			Host: p.cfg.Address, Command: "uname -n", Status: out.Status, Stderr: string(out.Stderr),
		})
	}
	p.mu.Lock()
	p.mu.uname = name
	p.mu.Unlock()
	return name, nil
}

// isMaster tells whether a host is the master itself: by the name it was given
// to us under, else by its own name, short or long.
func (p *Pool) isMaster(ctx context.Context, name string) (bool, error) {
	if name == "" || name == p.cfg.Address {
		return true, nil
	}
	own, err := p.MasterName(ctx)
	if err != nil {
		return false, err
	}
	return sameHost(name, own), nil
}

// sameHost compares a short with a full name by its first label; two full
// names must be equal.
func sameHost(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	long, short := a, b
	if len(long) < len(short) {
		long, short = short, long
	}
	return !strings.Contains(short, ".") && len(long) > len(short) &&
		strings.EqualFold(long[:len(short)], short) && long[len(short)] == '.'
}

// UserOn is the user that programs run as on a host.
func (p *Pool) UserOn(ctx context.Context, name string) (string, error) {
	master, err := p.isMaster(ctx, name)
	if err != nil || master {
		return p.cfg.Master.User, err
	}
	return p.cfg.login(name).User, nil
}
