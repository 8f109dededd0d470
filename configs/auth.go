package configs

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/webapi/auth"
	"calipso/webapi/auth/oidc"
)

// Auth says who may sign in, and by what.
type Auth struct {
	// Methods are local, ldap, both with a comma, or none; "": local, and ldap
	// where it is configured.
	Methods    string              `yaml:"methods"`
	LDAPConfig string              `yaml:"ldap_config"`
	OIDC       OIDC                `yaml:"oidc"`
	Groups     map[string][]string `yaml:"groups"`
}

// OIDC is sign-in by an OpenID Connect provider; without an issuer it is off.
type OIDC struct {
	Issuer           string `yaml:"issuer"`
	ClientID         string `yaml:"client_id"`
	ClientSecretFile string `yaml:"client_secret_file"`
	URL              string `yaml:"url"`
	Scopes           string `yaml:"scopes"`
	NameClaim        string `yaml:"name_claim"`
	GroupsClaim      string `yaml:"groups_claim"`
	CACert           string `yaml:"ca_cert"`
	Label            string `yaml:"label"`
	SignOut          bool   `yaml:"sign_out"`
}

// The methods of Auth.Methods.
const (
	Local   = "local"
	LDAP    = "ldap"
	Nothing = "none"
)

// Uses tells whether a method is in use; ldap is told of by configured where
// nothing is said.
func (a Auth) Uses(method string, configured bool) bool {
	if a.Methods == "" {
		return method == Local || method == LDAP && configured
	}
	return slices.Contains(a.methods(), method)
}

func (a Auth) methods() []string {
	var out []string
	for m := range strings.SplitSeq(a.Methods, ",") {
		out = append(out, strings.TrimSpace(m))
	}
	return out
}

// On tells whether OpenID Connect is in use.
func (o OIDC) On() bool { return o.Issuer != "" }

// Provider is the section in the words of package oidc, with the secret read
// from its file.
func (o OIDC) Provider() (oidc.Config, error) {
	c := oidc.Config{
		Issuer: o.Issuer, ClientID: o.ClientID, URL: o.URL, CACertFile: o.CACert, Label: o.Label, SignOut: o.SignOut,
		Scopes: strings.Fields(o.Scopes), NameClaim: o.NameClaim, GroupsClaim: o.GroupsClaim,
	}
	if o.ClientSecretFile != "" {
		b, err := os.ReadFile(o.ClientSecretFile)
		if err != nil {
			return c, fmt.Errorf("auth.oidc.client_secret_file: %w", err)
		}
		c.ClientSecret = graph.NewSecret(strings.TrimSpace(string(b)))
	}
	return c, nil
}

// check says what is wrong with the section.
func (a Auth) check() []graph.FieldError {
	var wrong []graph.FieldError
	bad := func(field, format string, args ...any) {
		wrong = append(wrong, graph.FieldError{Field: field, Reason: fmt.Sprintf(format, args...)})
	}
	methods := a.methods()
	for _, m := range methods {
		if !slices.Contains([]string{Local, LDAP, Nothing}, m) && a.Methods != "" {
			bad("auth.methods", "%q is none of local, ldap, none", m)
		}
	}
	if slices.Contains(methods, Nothing) && (len(methods) > 1 || a.OIDC.On()) {
		bad("auth.methods", "none lets everybody in, so nothing else goes with it")
	}
	if !a.OIDC.On() && a.OIDC.ClientID != "" {
		bad("auth.oidc.issuer", "is missing; give the provider's address")
	}
	if a.OIDC.On() {
		c, err := a.OIDC.Provider()
		if err != nil {
			bad("auth.oidc.client_secret_file", "%s", err)
		}
		wrong = append(wrong, c.Check("auth.oidc")...)
	}
	for _, group := range slices.Sorted(maps.Keys(a.Groups)) {
		if len(a.Groups[group]) == 0 {
			bad("auth.groups", "%q stands for nothing; give a list of roles", group)
		}
		for _, role := range a.Groups[group] {
			if reason := auth.CheckMapped(role); reason != "" {
				bad("auth.groups", "%q: %s", group, reason)
			}
		}
	}
	return wrong
}
