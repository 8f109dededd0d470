package webapi

import (
	"context"
	"io"
	"net"
)

// wholeListener hands out connections that can send an answer whole.
type wholeListener struct{ net.Listener }

func (l wholeListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		return &wholeConn{TCPConn: tcp}, err
	}
	return c, err
}

// wholeConn is a connection on which an answer written at once leaves at once.
// net/http sends what fills its buffer of 4 KiB and then the rest: two calls of
// the system, and a client that is woken for the first piece only to wait.
// HTTP/1 has one goroutine write at a time, so nothing is locked.
type wholeConn struct {
	*net.TCPConn
	holding bool
	held    []byte
}

// mostHeld is the size of net/http's buffer.
const mostHeld = 4 << 10

// Write implements net.Conn.
func (c *wholeConn) Write(p []byte) (int, error) {
	switch {
	case c.holding && len(c.held)+len(p) <= mostHeld:
		c.held = append(c.held, p...)
		return len(p), nil
	case len(c.held) == 0:
		return c.TCPConn.Write(p)
	}
	before := len(c.held)
	both := net.Buffers{c.held, p}
	c.held = c.held[:0]
	n, err := both.WriteTo(c.TCPConn)
	return max(0, int(n)-before), err
}

// release sends what is held.
func (c *wholeConn) release() error {
	c.holding = false
	if len(c.held) == 0 {
		return nil
	}
	_, err := c.Write(nil)
	return err
}

type connKey struct{}

// withConn lets handlers find their connection.
func withConn(ctx context.Context, c net.Conn) context.Context {
	if whole, ok := c.(*wholeConn); ok {
		return context.WithValue(ctx, connKey{}, whole)
	}
	return ctx
}

// writeWhole writes an answer to w, in one piece if the connection can do that:
// encrypted ones, which cut it into records, cannot.
func writeWhole(ctx context.Context, w io.Writer, answer []byte) error {
	c, _ := ctx.Value(connKey{}).(*wholeConn)
	if c == nil {
		_, err := w.Write(answer)
		return err
	}
	c.holding = true
	_, err := w.Write(answer)
	if e := c.release(); err == nil {
		err = e
	}
	return err
}
