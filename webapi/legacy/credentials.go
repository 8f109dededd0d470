package legacy

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"calipso/webapi/auth"
)

// tokenHeader carries a token.
const tokenHeader = "X-Auth-Token"

// Caller finds out who sends a request: by its Authorization header, else by
// its token. Errors are in the words of the old API.
func (a *API) Caller(r *http.Request) (*auth.Principal, error) {
	header := r.Header.Get("Authorization")
	scheme, rest, _ := strings.Cut(header, " ")
	switch {
	case strings.EqualFold(scheme, "Basic"):
		return a.basic(r.Context(), strings.TrimSpace(rest))
	case a.opt.Compat == OPNFV && header != "":
		return nil, Unauthorized("Credentials not provided")
	case a.opt.Compat == Current && strings.EqualFold(scheme, "Bearer"):
		return a.token(r.Context(), strings.TrimSpace(rest))
	}
	if token := r.Header.Get(tokenHeader); token != "" {
		return a.token(r.Context(), token)
	}
	return nil, Unauthorized("Authentication required")
}

// basic reads user:password in base64. The password may hold colons; what is
// malformed fails like what is wrong (rule API-06).
func (a *API) basic(ctx context.Context, encoded string) (*auth.Principal, error) {
	text, err := base64.StdEncoding.DecodeString(encoded)
	name, password, ok := strings.Cut(string(text), ":")
	if err != nil || !ok || name == "" || password == "" { // rule API-07
		return nil, Unauthorized("Authentication failed")
	}
	p, err := a.opt.Accounts.Basic(ctx, name, password, a.host.Address(ctx))
	if errors.Is(err, auth.ErrCredentials) {
		return nil, Unauthorized("Authentication failed")
	}
	return p, err
}

func (a *API) token(ctx context.Context, token string) (*auth.Principal, error) {
	p, err := a.opt.Accounts.Authenticate(ctx, token)
	switch {
	case errors.Is(err, auth.ErrExpired):
		return nil, Unauthorized("Token %s has expired", token)
	case errors.Is(err, auth.ErrCredentials):
		return nil, Unauthorized("Token %s doesn't exist", token)
	}
	return p, err
}
