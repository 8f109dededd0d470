package oidc

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"calipso/graph"
)

const (
	discoverEvery = time.Hour       // what the provider says of itself is read anew
	discoverRetry = 5 * time.Second // after it could not be read
)

// Provider is one provider. Its methods may be called from several goroutines.
type Provider struct {
	cfg    Config
	client *http.Client
	seal   *seal
	mu     struct {
		sync.Mutex
		found *found
		at    time.Time // of the last attempt
		err   error     // of the last attempt
	}
}

// found is what the provider says of itself.
type found struct {
	oauth    oauth2.Config
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	logout   string // where its own session is ended, "" if it does not say
}

// New prepares for a provider; it asks nothing of it yet.
//
// Errors: *graph.InvalidError.
func New(cfg Config) (*Provider, error) {
	wrong := cfg.Check("oidc")
	cfg = cfg.withDefaults()
	var roots *x509.CertPool
	if cfg.CACertFile != "" {
		pem, err := os.ReadFile(cfg.CACertFile)
		if roots = x509.NewCertPool(); err == nil && !roots.AppendCertsFromPEM(pem) {
			err = fmt.Errorf("%s holds no certificate in PEM form", cfg.CACertFile)
		}
		if err != nil {
			wrong = append(wrong, graph.FieldError{Field: "oidc.ca_cert", Reason: err.Error()})
		}
	}
	if len(wrong) > 0 {
		return nil, &graph.InvalidError{What: "configuration", Fields: wrong}
	}
	return &Provider{cfg: cfg, client: newClient(roots, cfg.Timeout), seal: newSeal()}, nil
}

// Label is what the button to sign in says.
func (p *Provider) Label() string { return p.cfg.Label }

// Secure tells whether browsers reach this server by TLS.
func (p *Provider) Secure() bool { return strings.HasPrefix(p.cfg.URL, "https://") }

// discover is what the provider says of itself, read anew from time to time; if
// that fails, what it said before goes on to hold.
//
// Errors: ErrUnreachable, ErrProvider.
func (p *Provider) discover(ctx context.Context) (*found, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	age := p.cfg.Clock().Sub(p.mu.at)
	switch {
	case p.mu.err == nil && p.mu.found != nil && age < discoverEvery:
		return p.mu.found, nil
	case p.mu.err != nil && age < discoverRetry:
		if p.mu.found != nil {
			return p.mu.found, nil
		}
		return nil, p.mu.err
	}
	f, err := p.read(ctx)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("oidc: %w", ctx.Err())
	}
	p.mu.at, p.mu.err = p.cfg.Clock(), err
	if err == nil {
		p.mu.found = f
	}
	if p.mu.found == nil {
		return nil, err
	}
	return p.mu.found, nil
}

// read asks the provider what it is.
func (p *Provider) read(ctx context.Context) (*found, error) {
	ctx = oidc.ClientContext(ctx, p.client)
	provider, err := oidc.NewProvider(ctx, p.cfg.Issuer)
	if err != nil {
		return nil, fmt.Errorf("oidc: %s: %w: %s", p.cfg.Issuer, kind(err), brief(err))
	}
	var more struct {
		Logout string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, fmt.Errorf("oidc: %s: %w: %w", p.cfg.Issuer, ErrProvider, err)
	}
	f := &found{
		provider: provider,
		verifier: provider.Verifier(&oidc.Config{ClientID: p.cfg.ClientID, Now: p.cfg.Clock}),
		oauth: oauth2.Config{
			ClientID: p.cfg.ClientID, ClientSecret: p.cfg.ClientSecret.Reveal(), Endpoint: provider.Endpoint(),
			RedirectURL: strings.TrimSuffix(p.cfg.URL, "/") + CallbackPath, Scopes: p.cfg.Scopes,
		},
	}
	if checkURL(more.Logout) == "" {
		f.logout = more.Logout
	}
	for what, address := range map[string]string{"authorization": f.oauth.Endpoint.AuthURL, "token": f.oauth.Endpoint.TokenURL} {
		if u, err := url.Parse(address); err != nil || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
			return nil, fmt.Errorf("oidc: %s: %w: its %s endpoint %q is no https address", p.cfg.Issuer, ErrProvider, what, address)
		}
	}
	return f, nil
}

// brief is the beginning of what an error says, which may hold a whole answer.
func brief(err error) string {
	const most = 300
	text := []rune(err.Error())
	if len(text) <= most {
		return string(text)
	}
	return string(text[:most]) + " …"
}

// kind tells whether a provider that gave an error answered at all.
func kind(err error) error {
	var away *url.Error
	if errors.As(err, &away) && !certificate(err) {
		return ErrUnreachable
	}
	return ErrProvider
}
