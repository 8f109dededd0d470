package ldap

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/url"
	"os"
	"time"

	"calipso/graph"
	"calipso/webapi/auth"
)

// atOnce is how many sign-ins are under way at a time; more wait.
const atOnce = 16

// Directory is one LDAP directory. Its methods may be called from several
// goroutines.
type Directory struct {
	cfg   Config
	addr  string // host:port
	tls   *tls.Config
	slots chan struct{}
}

var _ auth.Directory = (*Directory)(nil)

// New prepares for a directory; it asks nothing of it yet.
//
// Errors: *graph.InvalidError if the file of certificates cannot be used.
func New(cfg *Config) (*Directory, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil {
		return nil, fmt.Errorf("ldap: %w", err)
	}
	d := &Directory{cfg: *cfg, addr: u.Host, slots: make(chan struct{}, atOnce)}
	if u.Port() == "" {
		d.addr = u.Host + map[string]string{"ldap": ":389", "ldaps": ":636"}[u.Scheme]
	}
	d.tls = &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12, InsecureSkipVerify: cfg.NoVerify}
	if cfg.CACertFile != "" {
		pem, err := os.ReadFile(cfg.CACertFile)
		if err == nil {
			d.tls.RootCAs = x509.NewCertPool()
			if !d.tls.RootCAs.AppendCertsFromPEM(pem) {
				err = fmt.Errorf("%s holds no certificate in PEM form", cfg.CACertFile)
			}
		}
		if err != nil {
			return nil, &graph.InvalidError{What: "LDAP configuration", Fields: []graph.FieldError{{Field: "tls_cacertfile", Reason: err.Error()}}}
		}
	}
	return d, nil
}

// Name is under which name accounts remember this kind of directory.
func (d *Directory) Name() string { return "ldap" }

// Step is one of the things a sign-in does.
type Step struct {
	Name string        // "connect", "bind as ada"
	Took time.Duration // the time it took
	Err  error         // nil: it worked
}

// Check implements auth.Directory: it tells who has that name and password. The
// groups of the identity are canonical distinguished names, and the plain names
// of the same groups beside them.
//
// Errors: auth.ErrCredentials, ErrUnreachable, ErrMisconfigured, ctx's own.
func (d *Directory) Check(ctx context.Context, name, password string) (auth.Identity, error) {
	return d.Try(ctx, name, password, func(Step) {})
}

// Try is Check that reports each step as it is done, the last of them being the
// one that failed if one did.
func (d *Directory) Try(ctx context.Context, name, password string, report func(Step)) (auth.Identity, error) {
	if err := plausible(name, password); err != nil {
		return auth.Identity{}, err
	}
	select {
	case d.slots <- struct{}{}:
		defer func() { <-d.slots }()
	case <-ctx.Done():
		return auth.Identity{}, fmt.Errorf("ldap: %w", ctx.Err())
	}
	limited, cancel := context.WithTimeout(ctx, d.cfg.Timeout)
	defer cancel()
	s := &session{Directory: d, parent: ctx, ctx: limited, report: report}
	defer s.close()
	return s.signIn(name, password)
}

// encrypted tells whether a connection is, from its beginning or before a
// password is sent.
func (c *Config) encrypted() bool { return c.StartTLS || c.scheme() == "ldaps" }

func (c *Config) scheme() string {
	u, err := url.Parse(c.URL)
	if err != nil {
		return ""
	}
	return u.Scheme
}
