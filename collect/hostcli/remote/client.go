package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"calipso/collect"
)

const (
	// maxSessions bounds the commands at once on one connection; OpenSSH
	// refuses more than ten.
	maxSessions = 8
	// maxOutput bounds what one program may say.
	maxOutput = 64 << 20
	// grace is what the other side gets to react to the end of a command
	// before its whole connection is given up.
	grace = time.Second
)

// client is one logged-in connection.
type client struct {
	ssh      *ssh.Client
	sessions chan struct{} // a place per session
	broken   chan struct{} // closed when the connection has ended
	wait     sync.WaitGroup
}

// shake turns a network connection into a client within the time of ctx. The
// connection is closed if that fails. names are what the host's key may be
// known under.
func (p *Pool) shake(ctx context.Context, conn net.Conn, names []string, login Login) (*client, error) {
	methods, err := login.methods()
	if err != nil {
		conn.Close()
		return nil, err
	}
	cfg := &ssh.ClientConfig{
		User:              login.User,
		Auth:              methods,
		HostKeyAlgorithms: p.cfg.Keys.algorithms(names),
	}
	if p.cfg.Legacy {
		allowLegacy(cfg)
	}
	var keyErr error
	cfg.HostKeyCallback = func(_ string, addr net.Addr, key ssh.PublicKey) error {
		keyErr = p.cfg.Keys.verify(names, addr, key)
		return keyErr
	}
	// A deadline would not do: channels through another connection have none.
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	sc, chans, reqs, err := ssh.NewClientConn(conn, names[0], cfg)
	if !stop() && err == nil {
		sc.Close()
		err = context.Cause(ctx)
	}
	switch {
	case err == nil:
	case keyErr != nil:
		return nil, keyErr
	case ctx.Err() != nil:
		return nil, fmt.Errorf("no SSH handshake in time: %w", collect.ErrUnreachable)
	case refusal(err):
		return nil, fmt.Errorf("user %q is refused (%v): %w", login.User, err, collect.ErrAuth)
	default:
		return nil, fmt.Errorf("%v: %w", err, collect.ErrUnreachable)
	}
	c := &client{
		ssh:      ssh.NewClient(sc, chans, reqs),
		sessions: make(chan struct{}, maxSessions),
		broken:   make(chan struct{}),
	}
	c.wait.Go(func() {
		c.ssh.Wait()
		close(c.broken)
	})
	c.wait.Go(func() { c.keepAlive(p.cfg.KeepAlive) })
	return c, nil
}

// refusal tells whether the server refused the login. The library has no error
// of its own for that; and 51 is the number of the message that refuses, which
// it does not expect before a keyboard-interactive question.
func refusal(err error) bool {
	return strings.Contains(err.Error(), "unable to authenticate") ||
		strings.Contains(err.Error(), "unexpected message type 51 ")
}

func allowLegacy(cfg *ssh.ClientConfig) {
	good, bad := ssh.SupportedAlgorithms(), ssh.InsecureAlgorithms()
	cfg.KeyExchanges = append(good.KeyExchanges, bad.KeyExchanges...)
	cfg.Ciphers = append(good.Ciphers, bad.Ciphers...)
	cfg.MACs = append(good.MACs, bad.MACs...)
	if len(cfg.HostKeyAlgorithms) == 0 {
		cfg.HostKeyAlgorithms = append(good.HostKeys, bad.HostKeys...)
	}
}

// keepAlive closes a connection whose other side has gone without a word.
func (c *client) keepAlive(every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-c.broken:
			return
		case <-tick.C:
		}
		dead := time.AfterFunc(3*every, func() { c.ssh.Close() })
		_, _, err := c.ssh.SendRequest("keepalive@openssh.com", true, nil)
		dead.Stop()
		if err != nil {
			return
		}
	}
}

func (c *client) alive() bool {
	select {
	case <-c.broken:
		return false
	default:
		return true
	}
}

// close ends the connection and waits for what it ran.
func (c *client) close() {
	c.ssh.Close()
	c.wait.Wait()
}

// Output is what a program said, with its exit status.
type Output struct {
	Stdout, Stderr []byte
	Status         int
}

// run runs a program with the given standard input, within limit from the
// moment that there is a place for it. A status other than 0 is no error.
func (c *client) run(ctx context.Context, program, input string, limit time.Duration) (Output, error) {
	select {
	case c.sessions <- struct{}{}:
		defer func() { <-c.sessions }()
	case <-ctx.Done():
		return Output{}, timedOut(ctx, program)
	case <-c.broken:
		return Output{}, errBroken
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	// Opening a channel waits for the other side, so it is under the same
	// guard as the program.
	var out Output
	var err error
	done := make(chan struct{})
	var session *ssh.Session
	var mu sync.Mutex
	go func() {
		defer close(done)
		var s *ssh.Session
		if s, err = c.ssh.NewSession(); err != nil {
			return
		}
		defer s.Close()
		mu.Lock()
		session = s
		mu.Unlock()
		out, err = drive(s, program, input)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		mu.Lock()
		if session != nil {
			session.Close()
		}
		mu.Unlock()
		late := time.NewTimer(grace)
		select {
		case <-done:
		case <-late.C:
			c.ssh.Close()
			<-done
			<-c.broken
		}
		late.Stop()
		return Output{}, timedOut(ctx, program)
	}
	var exit *ssh.ExitError
	var refused *ssh.OpenChannelError
	switch {
	case err == nil:
		return out, nil
	case errors.As(err, &exit):
		out.Status = exit.ExitStatus()
		return out, nil
	case errors.Is(err, errTooLong):
		return Output{}, err
	case errors.As(err, &refused):
		return Output{}, fmt.Errorf("%v: %w", err, collect.ErrUnreachable)
	}
	// An end without a status: the connection goes, or has to.
	c.ssh.Close()
	<-c.broken
	return Output{}, fmt.Errorf("%w (%v)", errBroken, err)
}

func drive(s *ssh.Session, program, input string) (Output, error) {
	stdout, stderr := &limited{}, &limited{}
	s.Stdin, s.Stdout, s.Stderr = strings.NewReader(input), stdout, stderr
	err := s.Run(program)
	if stdout.over || stderr.over {
		err = errTooLong
	}
	return Output{Stdout: stdout.Bytes(), Stderr: stderr.Bytes()}, err
}

var (
	errBroken  = fmt.Errorf("connection broke: %w", collect.ErrUnreachable)
	errTooLong = errors.New("answer is longer than " + strconv.Itoa(maxOutput>>20) + " MiB")
)

func timedOut(ctx context.Context, program string) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("%s: no answer in time: %w", program, collect.ErrUnreachable)
	}
	return ctx.Err()
}

// limited is a buffer that refuses to grow for ever.
type limited struct {
	bytes.Buffer
	over bool
}

func (l *limited) Write(b []byte) (int, error) {
	if l.Len()+len(b) > maxOutput {
		l.over = true
		return 0, io.ErrShortWrite
	}
	return l.Buffer.Write(b)
}
