package oidc

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"calipso/webapi/auth"
)

// Begin starts a sign-in: the browser is to go to address, and to keep state as a
// cookie until Finish.
//
// Errors: ErrUnreachable, ErrProvider.
func (p *Provider) Begin(ctx context.Context) (address, state string, err error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", "", err
	}
	f := flow{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Ends: p.cfg.Clock().Add(flowTime)}
	if state, err = p.seal.close(f); err != nil {
		return "", "", err
	}
	return found.oauth.AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), state, nil
}

// Finish ends a sign-in: answer is the query with which the provider sent the
// browser back, state the browser's cookie. It works once.
//
// Errors: ErrAgain, ErrDenied, ErrUnreachable, ErrProvider.
func (p *Provider) Finish(ctx context.Context, state string, answer url.Values) (auth.Identity, error) {
	now := p.cfg.Clock()
	f, err := p.seal.open(state, now)
	if err != nil {
		return auth.Identity{}, err
	}
	if subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(f.State)) != 1 {
		return auth.Identity{}, fmt.Errorf("oidc: %w: the answer's state is of another sign-in", ErrAgain)
	}
	if !p.seal.spend(f, now) {
		return auth.Identity{}, fmt.Errorf("oidc: %w: the state has been used", ErrAgain)
	}
	if issuer := answer.Get("iss"); issuer != "" && issuer != p.cfg.Issuer {
		return auth.Identity{}, fmt.Errorf("oidc: %w: it is from %q instead of %q", ErrProvider, issuer, p.cfg.Issuer)
	}
	if word := answer.Get("error"); word != "" {
		return auth.Identity{}, fmt.Errorf("oidc: %w: %s", denial(word), brief(fmt.Errorf("%q %q", word, answer.Get("error_description"))))
	}
	found, err := p.discover(ctx)
	if err != nil {
		return auth.Identity{}, err
	}
	id, err := p.redeem(oidc.ClientContext(ctx, p.client), found, f, answer.Get("code"))
	if err != nil && ctx.Err() != nil {
		return auth.Identity{}, fmt.Errorf("oidc: %w", ctx.Err())
	}
	return id, err
}

// denial tells the person's no from what is wrong with the provider or with how
// it knows us.
func denial(word string) error {
	switch word {
	case "access_denied", "login_required", "consent_required", "interaction_required", "account_selection_required":
		return ErrDenied
	case "temporarily_unavailable", "server_error":
		return ErrUnreachable
	}
	return ErrProvider
}

// redeem exchanges a code for tokens, checks the one that says who it is, and
// reads it.
func (p *Provider) redeem(ctx context.Context, found *found, f flow, code string) (auth.Identity, error) {
	fail := func(what string, kind, err error) (auth.Identity, error) {
		return auth.Identity{}, fmt.Errorf("oidc: %s: %w: %s", what, kind, brief(err))
	}
	tokens, err := found.oauth.Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if refused := (*oauth2.RetrieveError)(nil); errors.As(err, &refused) { // whose text may hold what we sent
		return fail("code", ErrProvider, fmt.Errorf("it answers %s %q %q", refused.Response.Status, refused.ErrorCode, refused.ErrorDescription))
	}
	if err != nil {
		return fail("code", kind(err), err)
	}
	raw, ok := tokens.Extra("id_token").(string)
	if !ok {
		return fail("token", ErrProvider, errors.New("there is no id_token; is openid among the scopes it allows"))
	}
	token, err := found.verifier.Verify(ctx, raw)
	if err != nil {
		return fail("token", kind(err), err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(f.Nonce)) != 1 {
		return fail("token", ErrProvider, errors.New("its nonce is of another sign-in"))
	}
	c := claims{}
	if err := token.Claims(&c); err != nil {
		return fail("token", ErrProvider, err)
	}
	if party, _ := c["azp"].(string); party != "" && party != p.cfg.ClientID || party == "" && len(token.Audience) > 1 {
		return fail("token", ErrProvider, fmt.Errorf("it is given to %q and not to %q", party, p.cfg.ClientID))
	}
	if !(c.has(p.cfg.NameClaim) && c.has(p.cfg.GroupsClaim)) && found.provider.UserInfoEndpoint() != "" {
		info, err := found.provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
		if err != nil {
			return fail("userinfo", kind(err), err)
		}
		if info.Subject != token.Subject {
			return fail("userinfo", ErrProvider, errors.New("it is about somebody else"))
		}
		more := claims{}
		if err := info.Claims(&more); err != nil {
			return fail("userinfo", ErrProvider, err)
		}
		c = more.under(c)
	}
	id, err := c.identity(p.cfg)
	if err != nil {
		return fail("token", ErrProvider, err)
	}
	id.Subject = token.Subject
	return id, nil
}

// SignOut is where the browser ends the provider's own session too and comes
// back, "" if it is not to be ended, or the provider has no such place.
func (p *Provider) SignOut() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.cfg.SignOut || p.mu.found == nil || p.mu.found.logout == "" {
		return ""
	}
	u, err := url.Parse(p.mu.found.logout)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("client_id", p.cfg.ClientID)
	q.Set("post_logout_redirect_uri", strings.TrimSuffix(p.cfg.URL, "/")+"/")
	u.RawQuery = q.Encode()
	return u.String()
}
