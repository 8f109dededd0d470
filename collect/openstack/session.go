package openstack

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"calipso/collect"
)

// session is a login: a token in the administrator's project, with its
// catalogue. gophercloud renews it after an answer 401, once per request.
type session struct {
	client  *gophercloud.ProviderClient
	catalog []tokens.CatalogEntry
	project tokens.Project // the one logged in to
	user    string
}

// login logs in once per Conn.
//
// Errors: one line with URL and account, wrapping collect.ErrAuth for refused
// credentials, collect.ErrUnreachable for no connection.
func (c *Conn) login(ctx context.Context) (*session, error) {
	return c.logins.get(ctx, "", c.authenticate)
}

func (c *Conn) authenticate(ctx context.Context) (*session, error) {
	ctx, cancel := c.alive(ctx)
	defer cancel()
	at := c.set.identity
	p := c.provider()
	p.IdentityBase = strings.TrimSuffix(at.String(), "v3/")
	err := openstack.AuthenticateV3(withService(ctx, "identity"), p, c.account(), gophercloud.EndpointOpts{})
	if err != nil {
		err = explain(ctx, "identity", "POST "+at.Path+"auth/tokens", at.Host, err)
		return nil, fmt.Errorf("openstack: log in at %s as %s: %w", at, c.set.who(), unprefixed(err))
	}
	s := &session{client: p}
	token, ok := p.GetAuthResult().(tokens.CreateResult)
	if !ok {
		return nil, fmt.Errorf("openstack: log in at %s: no token in the answer", at)
	}
	project, err1 := token.ExtractProject()
	catalog, err2 := token.ExtractServiceCatalog()
	user, err3 := token.ExtractUser()
	if err := errors.Join(err1, err2, err3); err != nil || p.Token() == "" {
		return nil, fmt.Errorf("openstack: %w", &collect.ParseError{Source: "identity: POST " + at.Path + "auth/tokens", Reason: "token is not as expected"})
	}
	s.catalog = catalog.Entries
	if project != nil {
		s.project = *project
	}
	if user != nil {
		s.user = user.Name
	}
	return s, nil
}

// account is what to log in with.
func (c *Conn) account() *tokens.AuthOptions {
	s := c.set
	if s.credential != "" {
		return &tokens.AuthOptions{
			ApplicationCredentialID: s.credential, ApplicationCredentialSecret: s.secret.Reveal(), AllowReauth: true,
		}
	}
	return &tokens.AuthOptions{
		Username: s.user, DomainName: s.userDomain, Password: s.password.Reveal(), AllowReauth: true,
		Scope: tokens.Scope{ProjectName: s.project, DomainName: s.projectDomain},
	}
}

// fresh renews a token that has less than a minute to live.
func (s *session) fresh(ctx context.Context) error {
	result, ok := s.client.GetAuthResult().(tokens.CreateResult)
	if !ok {
		return nil
	}
	token, err := result.ExtractToken()
	if err != nil || token.ExpiresAt.IsZero() || time.Until(token.ExpiresAt) > time.Minute {
		return nil // without an end: lives on
	}
	return s.client.Reauthenticate(withService(ctx, "identity"), s.client.Token())
}

// endpoint is the URL of a service in a region, with a slash at its end: the
// one of the configuration, else the catalogue's.
//
// Errors: none there; the text says what was looked for.
func (c *Conn) endpoint(s *session, region, service string) (string, error) {
	if u, ok := c.set.override[service]; ok {
		return gophercloud.NormalizeURL(u), nil
	}
	if service == "identity" {
		return c.set.identity.String(), nil
	}
	want := gophercloud.EndpointOpts{Region: region, Availability: c.set.iface}
	want.ApplyDefaults(service)
	for _, kind := range want.Types() {
		for _, entry := range s.catalog {
			for _, e := range entry.Endpoints {
				if entry.Type == kind && e.Interface == string(c.set.iface) && regionOf(e) == region {
					return c.replaced(e.URL)
				}
			}
		}
	}
	return "", fmt.Errorf("openstack: catalogue of %s has no %s endpoint of type %s in region %q",
		c.set.identity.Host, c.set.iface, service, region)
}

// replaced puts the configured host into a URL of the catalogue.
func (c *Conn) replaced(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return "", fmt.Errorf("openstack: %w", &collect.ParseError{Source: "identity: catalogue", Text: short(text), Reason: "endpoint is no URL"})
	}
	if host := c.set.replaceHost; host != "" {
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		if port := u.Port(); port != "" {
			host += ":" + port
		}
		u.Host = host
	}
	return gophercloud.NormalizeURL(u.String()), nil
}

// noRegion is the name of the region of endpoints without one.
const noRegion = "No-Region"

func regionOf(e tokens.Endpoint) string {
	for _, name := range []string{e.Region, e.RegionID} {
		if name != "" {
			return name
		}
	}
	return noRegion
}

// unprefixed drops the package's name from an error that gets a new one in
// front.
func unprefixed(err error) error {
	if inner := errors.Unwrap(err); inner != nil && strings.TrimPrefix(err.Error(), "openstack: ") == inner.Error() {
		return inner
	}
	return err
}
