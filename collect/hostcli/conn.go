package hostcli

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"

	"calipso/collect"
	"calipso/collect/hostcli/remote"
	"calipso/graph"
)

// Conn is the access to the hosts of one environment during one scan.
type Conn struct {
	env      *graph.Environment
	settings *settings
	pool     *remote.Pool
	observe  func(collect.Call)
	record   func(Transcript)
	log      *slog.Logger

	life  context.Context // of the surveys; ends with Close
	end   context.CancelFunc
	tasks sync.WaitGroup

	mu struct {
		sync.Mutex
		closed bool
		hosts  map[string]*host
	}
}

var _ collect.Conn = (*Conn)(nil)

var errClosed = errors.New("hostcli: connection is closed")

// Close implements collect.Conn: surveys under way end with an error.
func (c *Conn) Close() error {
	c.mu.Lock()
	c.mu.closed = true
	c.mu.Unlock()
	c.end()
	err := c.pool.Close()
	c.tasks.Wait()
	return err
}

// spawn runs a task that lives as long as the connection, not as long as the
// one who asked first; false after Close.
func (c *Conn) spawn(task func(context.Context)) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.mu.closed {
		return false
	}
	c.tasks.Go(func() { task(c.life) })
	return true
}

// surveyOf gives the survey of a host vertex.
//
// Errors: collect.ErrUnreachable, ErrAuth, ErrHostKey; each names the host.
func (c *Conn) surveyOf(ctx context.Context, v *graph.Vertex) (*survey, error) {
	name := string(v.ID)
	c.mu.Lock()
	h := c.mu.hosts[name]
	if h == nil {
		h = &host{
			conn:   c,
			target: remote.Target{Name: name, Address: address(v)},
			types:  hostTypes(v),
		}
		c.mu.hosts[name] = h
	}
	c.mu.Unlock()
	return h.survey(ctx)
}

// address is what the inventory knows as the host's address, "" if that could
// not be one.
func address(v *graph.Vertex) string {
	if a := v.Attrs.String("ip_address"); hostWord(a) {
		return a
	}
	return ""
}

// onlyOVS tells that every host of the environment has to run Open vSwitch.
func (c *Conn) onlyOVS() bool {
	d := c.env.MechanismDrivers
	return len(d) == 1 && strings.EqualFold(d[0], "OVS")
}
