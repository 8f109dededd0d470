package remote

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"calipso/collect"
)

// Target is a host as a caller knows it.
type Target struct {
	Name    string // inventory name
	Address string // tried if the master does not know the name; may be empty
}

// Pool holds the connections of one environment for the time of one scan. Its
// methods may be called from several goroutines.
type Pool struct {
	cfg     Config
	master  *entry
	started sync.WaitGroup
	life    context.Context // ends with Close
	end     context.CancelFunc

	mu struct {
		sync.Mutex
		entries map[string]*entry
		uname   string // what the master calls itself; "": not asked yet
		noJump  bool   // the master forbids forwarding
	}
}

// entry is the one connection to one host, or the reason why there is none.
type entry struct {
	turn   chan struct{} // taken while connecting
	client *client
	exec   bool  // by ssh on the master
	failed error // remembered: nobody waits for a dead host twice
}

func newEntry() *entry {
	return &entry{turn: make(chan struct{}, 1)}
}

// Open prepares the connections; nothing is dialled before the first use. ctx
// gives values, not life: that is Close's.
func Open(ctx context.Context, cfg Config) *Pool {
	p := &Pool{cfg: cfg.withDefaults(), master: newEntry()}
	p.life, p.end = context.WithCancel(context.WithoutCancel(ctx))
	p.mu.entries = map[string]*entry{}
	return p
}

// Close ends all connections and waits for everything that they ran. Closing
// again does nothing.
func (p *Pool) Close() error {
	p.end()
	p.mu.Lock()
	list := []*entry{p.master}
	for _, e := range p.mu.entries {
		list = append(list, e)
	}
	p.mu.Unlock()
	for _, e := range list {
		e.turn <- struct{}{}
		if e.client != nil {
			e.client.close()
			e.client = nil
		}
		e.failed = errClosed
		<-e.turn
	}
	p.started.Wait()
	return nil
}

var errClosed = errors.New("remote: connections are closed")

// Run runs a program on a host with the given standard input, within limit. A
// status other than 0 is no error here.
//
// Errors: collect.ErrUnreachable, ErrAuth, ErrHostKey; each names the host. A
// host that could not be reached or refused us is not tried again by this
// Pool; a connection that broke later is made anew by the next call.
func (p *Pool) Run(ctx context.Context, t Target, program, input string, limit time.Duration) (Output, error) {
	ctx, stop := p.living(ctx)
	defer stop()
	out, err := p.run(ctx, t, program, input, limit)
	if p.life.Err() != nil && err != nil {
		err = errClosed
	}
	if err != nil {
		return Output{}, fmt.Errorf("host %q: %w", t.Name, err)
	}
	return out, nil
}

// living is a context that ends with the pool too.
func (p *Pool) living(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(p.life, cancel)
	return ctx, func() { stop(); cancel() }
}

func (p *Pool) run(ctx context.Context, t Target, program, input string, limit time.Duration) (Output, error) {
	master, err := p.isMaster(ctx, t.Name)
	if err != nil {
		return Output{}, err
	}
	if master {
		return p.runMaster(ctx, program, input, limit)
	}
	e := p.entry(t.Name)
	c, exec, err := p.connect(ctx, e, t.Name, func(ctx context.Context) (*client, bool, error) { return p.jump(ctx, t) })
	if err != nil {
		return Output{}, err
	}
	if exec {
		return p.runNested(ctx, t, program, input, limit)
	}
	return c.run(ctx, program, input, limit)
}

func (p *Pool) runMaster(ctx context.Context, program, input string, limit time.Duration) (Output, error) {
	ctx, stop := p.living(ctx)
	defer stop()
	c, _, err := p.connect(ctx, p.master, p.cfg.Address, p.dialMaster)
	if err != nil {
		return Output{}, fmt.Errorf("master %s: %w", p.cfg.Address, err)
	}
	return c.run(ctx, program, input, limit)
}

func (p *Pool) entry(name string) *entry {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := p.mu.entries[name]
	if e == nil {
		e = newEntry()
		p.mu.entries[name] = e
	}
	return e
}

// connect gives the connection of an entry, made by dial if there is none.
func (p *Pool) connect(ctx context.Context, e *entry, name string,
	dial func(context.Context) (*client, bool, error),
) (*client, bool, error) {
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-ctx.Done():
		return nil, false, timedOut(ctx, "connecting")
	}
	switch {
	case p.life.Err() != nil:
		return nil, false, errClosed
	case ctx.Err() != nil:
		return nil, false, timedOut(ctx, "connecting")
	case e.failed != nil:
		return nil, false, e.failed
	case e.exec:
		return nil, true, nil
	case e.client != nil && e.client.alive():
		return e.client, false, nil
	case e.client != nil:
		e.client.close()
		e.client = nil
	}
	begin := time.Now()
	c, exec, err := dial(ctx)
	p.cfg.Observe(name, time.Since(begin), err)
	if err != nil {
		if p.lasting(ctx, err) {
			e.failed = err
		} else if ctx.Err() != nil {
			err = timedOut(ctx, "connecting")
		}
		p.cfg.Log.Debug("host not reached", "host", name, "dur", time.Since(begin), "err", err)
		return nil, false, err
	}
	e.client, e.exec = c, exec
	return c, exec, nil
}

// lasting tells whether an error is the host's and not the caller's, who may
// have lost patience.
func (p *Pool) lasting(ctx context.Context, err error) bool {
	return ctx.Err() == nil && (errors.Is(err, collect.ErrUnreachable) || errors.Is(err, collect.ErrAuth) || errors.Is(err, collect.ErrHostKey))
}

func (p *Pool) dialMaster(ctx context.Context) (*client, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Dial)
	defer cancel()
	addr := net.JoinHostPort(p.cfg.Address, strconv.Itoa(p.cfg.Port))
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, false, fmt.Errorf("%v: %w", err, collect.ErrUnreachable)
	}
	c, err := p.shake(ctx, conn, []string{addr}, p.cfg.Master)
	return c, false, err
}
