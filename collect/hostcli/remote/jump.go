package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"

	"golang.org/x/crypto/ssh"

	"calipso/collect"
)

// jump logs in on a host through the master, or says that it has to be done by
// ssh there.
func (p *Pool) jump(ctx context.Context, t Target) (*client, bool, error) {
	if p.cfg.Jump == JumpExec || p.forwardingForbidden() {
		return nil, true, nil
	}
	master, _, err := p.connect(ctx, p.master, p.cfg.Address, p.dialMaster)
	if err != nil {
		return nil, false, fmt.Errorf("master %s: %w", p.cfg.Address, err)
	}
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Dial)
	defer cancel()
	conn, names, err := p.forward(ctx, master, t)
	if err != nil {
		var refused *ssh.OpenChannelError
		if p.cfg.Jump == JumpAuto && errors.As(err, &refused) && refused.Reason == ssh.Prohibited {
			p.mu.Lock()
			p.mu.noJump = true
			p.mu.Unlock()
			return nil, true, nil
		}
		return nil, false, fmt.Errorf("through %s: %v: %w", p.cfg.Address, err, collect.ErrUnreachable)
	}
	c, err := p.shake(ctx, conn, names, p.cfg.login(t.Name))
	if p.cfg.Jump == JumpAuto && errors.Is(err, collect.ErrAuth) {
		p.cfg.Log.Debug("login refused, using ssh on the master", "host", t.Name, "err", err)
		return nil, true, nil
	}
	return c, false, err
}

func (p *Pool) forwardingForbidden() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mu.noJump && p.cfg.Jump == JumpAuto
}

// forward opens a channel to the host at the first address that answers, and
// tells the names under which its key may be known.
func (p *Pool) forward(ctx context.Context, master *client, t Target) (net.Conn, []string, error) {
	var first error
	for _, addr := range p.addresses(t) {
		conn, err := p.dialThrough(ctx, master, addr)
		if err == nil {
			return conn, p.keyNames(t), nil
		}
		if first == nil {
			first = err
		}
		var refused *ssh.OpenChannelError
		if ctx.Err() != nil || errors.As(err, &refused) && refused.Reason == ssh.Prohibited {
			return nil, nil, err
		}
	}
	return nil, nil, first
}

// keyNames are the names that a host's key may be known under: the inventory's
// first, since new keys are remembered under it.
func (p *Pool) keyNames(t Target) []string {
	_, port, _ := net.SplitHostPort(p.addresses(t)[0])
	var out []string
	for _, n := range []string{t.Name, p.cfg.Hosts[t.Name].Address, t.Address} {
		if a := net.JoinHostPort(n, port); n != "" && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// addresses of a host in the order to try: what the configuration says, else
// its name, which the master resolves, then what the inventory says.
func (p *Pool) addresses(t Target) []string {
	h := p.cfg.Hosts[t.Name]
	port := h.Port
	if port == 0 {
		port = 22
	}
	list := []string{h.Address}
	if h.Address == "" {
		list = []string{t.Name, t.Address}
	}
	var out []string
	for _, a := range list {
		if a != "" {
			out = append(out, net.JoinHostPort(a, strconv.Itoa(port)))
		}
	}
	return out
}

// dialThrough is Dial with a context: the channel is asked for by a goroutine
// that Close waits for, since the other side may take its time.
func (p *Pool) dialThrough(ctx context.Context, master *client, addr string) (net.Conn, error) {
	type answer struct {
		conn net.Conn
		err  error
	}
	got := make(chan answer)
	p.started.Go(func() {
		conn, err := master.ssh.Dial("tcp", addr)
		select {
		case got <- answer{conn, err}:
		case <-ctx.Done():
			if conn != nil {
				conn.Close()
			}
		}
	})
	select {
	case a := <-got:
		return a.conn, a.err
	case <-ctx.Done():
		return nil, fmt.Errorf("%s: %w", addr, context.Cause(ctx))
	}
}
