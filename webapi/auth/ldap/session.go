package ldap

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"github.com/go-ldap/ldap/v3"
)

// session is one connection for one sign-in.
type session struct {
	*Directory
	parent context.Context // the caller's
	ctx    context.Context // parent, and no longer than Config.Timeout
	report func(Step)
	raw    net.Conn
	conn   *ldap.Conn
	stop   func() bool
}

// step runs one step, reports it, and makes its error one of ours.
func (s *session) step(name string, what func() error) error {
	begin := time.Now()
	err := s.fault(name, what())
	s.report(Step{Name: name, Took: time.Since(begin), Err: err})
	return err
}

// open connects and, where configured, encrypts. From then on the end of the
// context breaks whatever waits for the directory.
func (s *session) open() error {
	err := s.step("connect to "+s.cfg.URL, func() (err error) {
		s.raw, err = new(net.Dialer).DialContext(s.ctx, "tcp", s.addr)
		return err
	})
	if err != nil {
		return err
	}
	s.stop = context.AfterFunc(s.ctx, func() { s.raw.SetDeadline(time.Unix(1, 0)) })
	if s.cfg.scheme() == "ldaps" {
		secure := tls.Client(s.raw, s.tls)
		if err := s.step("encrypt by TLS", func() error { return secure.HandshakeContext(s.ctx) }); err != nil {
			return err
		}
		s.start(secure, true)
		return nil
	}
	s.start(s.raw, false)
	if s.cfg.StartTLS {
		return s.step("encrypt by StartTLS", func() error { return s.conn.StartTLS(s.tls) })
	}
	return nil
}

func (s *session) start(c net.Conn, secure bool) {
	s.conn = ldap.NewConn(c, secure)
	s.conn.SetTimeout(2 * s.cfg.Timeout) // later than the context, which knows why
	s.conn.Start()
}

// close ends the connection, however far it got.
func (s *session) close() {
	if s.stop != nil {
		s.stop()
	}
	if s.conn != nil {
		s.conn.Close() // what could fail has been said
	} else if s.raw != nil {
		s.raw.Close()
	}
}
