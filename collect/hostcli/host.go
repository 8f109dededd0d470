package hostcli

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"calipso/collect"
	"calipso/collect/hostcli/batch"
	"calipso/collect/hostcli/remote"
	"calipso/graph"
)

// host is what this scan knows of one host: its survey, made once.
type host struct {
	conn   *Conn
	target remote.Target
	types  []string

	mu struct {
		sync.Mutex
		current *surveying
	}
}

// surveying is a survey under way or done.
type surveying struct {
	done chan struct{}
	*survey
	err error // the host could not be asked at all
}

// survey gives the host's survey, made by the first who asks while others
// wait. One that could not be made is tried again by the next who asks; how
// often a dead host is dialled is remote's business.
func (h *host) survey(ctx context.Context) (*survey, error) {
	h.mu.Lock()
	s := h.mu.current
	if s == nil {
		s = &surveying{done: make(chan struct{})}
		started := h.conn.spawn(func(ctx context.Context) {
			s.survey, s.err = h.ask(ctx)
			if s.err != nil {
				h.mu.Lock()
				h.mu.current = nil
				h.mu.Unlock()
			}
			close(s.done)
		})
		if !started {
			h.mu.Unlock()
			return nil, errClosed
		}
		h.mu.current = s
	}
	h.mu.Unlock()
	select {
	case <-s.done:
		return s.survey, s.err
	case <-ctx.Done():
		return nil, fmt.Errorf("hostcli: host %q: %w", h.target.Name, ctx.Err())
	}
}

// answers are the results of commands, by command.key.
type answers map[string]batch.Result

// text is what a command printed.
//
// Errors: those of errOf.
func (a answers) text(host string, c command) ([]byte, error) {
	r, ok := a[c.key()]
	if !ok {
		return nil, &collect.CommandError{Host: host, Command: c.String(), Status: batch.Unfinished, Stderr: "was not asked"}
	}
	return r.Stdout, errOf(host, r)
}

// run asks commands in one round trip and adds their results. Commands of one
// text go once. What fails for want of its container is asked again of the
// host's own tools.
func (h *host) run(ctx context.Context, into answers, cmds []command) error {
	inside, again, err := h.round(ctx, into, cmds, h.conn.settings.translation)
	if err != nil || len(again) == 0 {
		return err
	}
	h.conn.log.Debug("no container, using the host's own tools", "host", h.target.Name, "commands", len(again), "of", inside)
	_, _, err = h.round(ctx, into, again, translation{})
	return err
}

// round is one round trip; it tells how many commands went into containers and
// which of them found none.
func (h *host) round(ctx context.Context, into answers, cmds []command, tr translation) (inside int, again []command, err error) {
	var send []batch.Command
	place := map[string]int{} // text → index in send
	at := make([]int, len(cmds))
	within := make([]bool, len(cmds))
	for i, c := range cmds {
		b, translated := tr.apply(c)
		if translated {
			inside++
		}
		within[i] = translated
		text := b.String()
		n, have := place[text]
		if !have {
			n = len(send)
			place[text] = n
			send = append(send, b)
		}
		at[i] = n
	}
	if len(send) == 0 {
		return 0, nil, nil
	}
	results, err := h.send(ctx, send)
	if err != nil {
		return 0, nil, err
	}
	for i, c := range cmds {
		r := results[at[i]]
		if within[i] && noContainer(r) {
			again = append(again, c)
		}
		into[c.key()] = r
	}
	return inside, again, nil
}

// send runs a batch on the host.
func (h *host) send(ctx context.Context, cmds []batch.Command) ([]batch.Result, error) {
	begin := time.Now()
	results, size, err := h.exchange(ctx, cmds)
	h.conn.observe(collect.Call{
		Source: providerName, Target: h.target.Name, Op: fmt.Sprintf("sh: %d commands", len(cmds)),
		Dur: time.Since(begin), Bytes: size, Err: err,
	})
	if err != nil {
		return nil, fmt.Errorf("hostcli: %w", err)
	}
	if h.conn.record != nil {
		for _, r := range results {
			h.conn.record(Transcript{
				Host: h.target.Name, Command: r.Command.String(),
				Stdout: r.Stdout, Stderr: r.Stderr, Status: r.Status,
			})
		}
	}
	return results, nil
}

func (h *host) exchange(ctx context.Context, cmds []batch.Command) ([]batch.Result, int64, error) {
	sudo := h.conn.settings.sudo == "always"
	if h.conn.settings.sudo == "auto" {
		user, err := h.conn.pool.UserOn(ctx, h.target.Name)
		if err != nil {
			return nil, 0, fmt.Errorf("host %q: %w", h.target.Name, err)
		}
		sudo = user != "root"
	}
	marker := batch.NewMarker()
	out, err := h.conn.pool.Run(ctx, h.target, "sh", batch.Script(marker, cmds, sudo), batch.Limit(cmds)+10*time.Second)
	if err != nil {
		return nil, 0, err
	}
	size := int64(len(out.Stdout) + len(out.Stderr))
	results, err := batch.ParseReply(marker, cmds, out.Stdout)
	if err != nil {
		text := string(bytes.TrimSpace(out.Stderr))
		if len(text) > 500 {
			text = text[len(text)-500:]
		}
		return nil, size, fmt.Errorf("host %q: sh: status %d %q: %w: %w", h.target.Name, out.Status, text, err, collect.ErrUnreachable)
	}
	return results, size, nil
}

// types of hosts that the fetchers ask for.
const (
	controller = "Controller"
	compute    = "Compute"
	network    = "Network"
)

// is tells whether the host has one of the types; one that tells none could
// be anything.
func (h *host) is(types ...string) bool { return hasType(h.types, types...) }

func hasType(have []string, want ...string) bool {
	if len(have) == 0 {
		return true
	}
	for _, w := range want {
		for _, t := range have {
			if t == w {
				return true
			}
		}
	}
	return false
}

func hostTypes(v *graph.Vertex) []string { return v.Attrs.Strings("host_type") }
