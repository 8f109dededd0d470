package certificate

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Options for a Certificate. The zero value works.
type Options struct {
	Log   *slog.Logger  // nil: silent
	Every time.Duration // how often the files are looked at; 0: 10 seconds
}

// Certificate is a certificate with its key, in two PEM files. Its methods may
// be called from several goroutines.
type Certificate struct {
	certFile, keyFile string
	every             time.Duration
	log               *slog.Logger
	mu                struct {
		sync.Mutex
		current  *tls.Certificate
		leaf     *x509.Certificate
		seen     [sha256.Size]byte // what the files held when they were last read
		failures int
	}
}

// Open reads the files. Errors: those of reading them, or what is wrong in them.
func Open(certFile, keyFile string, opt Options) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile, every: cmp.Or(opt.Every, 10*time.Second), log: opt.Log}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	return c, c.Reload()
}

// Config is for a server that shows the certificate.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.mu.current, nil
	}}
}

// Reload reads the files and takes over what they hold, if it will do.
//
// Errors: why it will not; the certificate is as before then.
func (c *Certificate) Reload() error {
	_, err := c.reload(true)
	return err
}

// reload reads the files; unless always is set, it does nothing if they are as
// they were when last read. It tells whether the certificate is another.
func (c *Certificate) reload(always bool) (renewed bool, err error) {
	certPEM, keyPEM, err := c.read()
	seen := sha256.Sum256(fmt.Appendf(nil, "%d\n%s%s%v", len(certPEM), certPEM, keyPEM, err))
	c.mu.Lock()
	defer c.mu.Unlock()
	if seen == c.mu.seen && !always {
		return false, nil
	}
	c.mu.seen = seen
	var pair tls.Certificate
	if err == nil {
		pair, err = tls.X509KeyPair(certPEM, keyPEM)
	}
	if err != nil {
		c.mu.failures++
		return false, fmt.Errorf("certificate: %s: %w", c.certFile, err)
	}
	renewed = c.mu.leaf == nil || !c.mu.leaf.Equal(pair.Leaf)
	c.mu.current, c.mu.leaf = &pair, pair.Leaf
	return renewed, nil
}

func (c *Certificate) read() (certPEM, keyPEM []byte, err error) {
	if certPEM, err = os.ReadFile(c.certFile); err == nil {
		keyPEM, err = os.ReadFile(c.keyFile)
	}
	return certPEM, keyPEM, err
}

// Run follows the files until ctx ends, which is no error. They are read anew
// when they have changed, and whenever wake says so.
func (c *Certificate) Run(ctx context.Context, wake <-chan os.Signal) error {
	tick := time.NewTicker(c.every)
	defer tick.Stop()
	for {
		always := false
		select {
		case <-tick.C:
		case <-wake:
			always = true
		case <-ctx.Done():
			return nil
		}
		switch renewed, err := c.reload(always); {
		case err != nil:
			c.log.Error("the certificate's new files will not do; the one before stays in use", slog.Any("err", err))
		case renewed || always:
			c.log.Info("certificate read", slog.Time("not_after", c.notAfter()), slog.Bool("new", renewed))
		}
	}
}

func (c *Certificate) notAfter() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mu.leaf.NotAfter
}
