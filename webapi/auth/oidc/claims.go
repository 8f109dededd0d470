package oidc

import (
	"fmt"
	"slices"
	"strings"

	"calipso/webapi/auth"
)

// claims is what a provider says of somebody.
type claims map[string]any

// get finds a claim by its name, or below others by a path such as
// realm_access.roles.
func (c claims) get(name string) any {
	if v, ok := c[name]; ok {
		return v
	}
	head, rest, deeper := strings.Cut(name, ".")
	if inner, ok := c[head].(map[string]any); ok && deeper {
		return claims(inner).get(rest)
	}
	return nil
}

func (c claims) has(name string) bool { return c.get(name) != nil }

func (c claims) text(name string) string {
	s, _ := c.get(name).(string)
	return strings.TrimSpace(s)
}

// under is c with what of holds before it.
func (c claims) under(of claims) claims {
	out := claims{}
	for k, v := range c {
		out[k] = v
	}
	for k, v := range of {
		out[k] = v
	}
	return out
}

// identity is who it is about. An e-mail address is good for a name only if the
// provider says that it is verified: anybody can claim one.
func (c claims) identity(cfg Config) (auth.Identity, error) {
	id := auth.Identity{Name: c.text(cfg.NameClaim), Display: c.text("name")}
	verified, _ := c.get("email_verified").(bool)
	if verified {
		id.Email = c.text("email")
	}
	if id.Name == "" {
		return auth.Identity{}, fmt.Errorf("there is no claim %q with a name; name another, or a scope that gives it", cfg.NameClaim)
	}
	if cfg.NameClaim == "email" && !verified {
		return auth.Identity{}, fmt.Errorf("the address %q is not verified, so it is no name", id.Name)
	}
	switch groups := c.get(cfg.GroupsClaim).(type) {
	case nil:
	case string:
		id.Groups = []string{groups}
	case []any:
		for _, g := range groups {
			text, ok := g.(string)
			if !ok {
				return auth.Identity{}, fmt.Errorf("claim %q is no list of texts", cfg.GroupsClaim)
			}
			id.Groups = append(id.Groups, text)
		}
	default:
		return auth.Identity{}, fmt.Errorf("claim %q is no list of texts", cfg.GroupsClaim)
	}
	slices.Sort(id.Groups)
	id.Groups = slices.Compact(id.Groups)
	return id, nil
}
