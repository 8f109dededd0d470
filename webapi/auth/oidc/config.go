package oidc

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"slices"
	"time"

	"calipso/graph"
)

// CallbackPath is where the provider sends people back to; with Config.URL
// before it, it is what has to be registered with the provider.
const CallbackPath = "/api/v1/sessions/oidc/callback"

// Config says who the provider is and what it is asked for.
type Config struct {
	Issuer       string       // URL of the provider, to the letter as it names itself
	ClientID     string       // as which the provider knows this server
	ClientSecret graph.Secret // none: a public client, which PKCE alone protects
	URL          string       // of this server as browsers see it
	CACertFile   string       // PEM; whom to believe instead of the system's authorities
	Label        string       // what the button to sign in says; "": Single sign-on
	SignOut      bool         // who signs out here signs out there too

	Scopes      []string // "openid" is added; none: profile, email
	NameClaim   string   // the user name; "": preferred_username
	GroupsClaim string   // the groups; "": groups

	Timeout time.Duration    // of one request to the provider; 0: 10 s
	Clock   func() time.Time // nil: time.Now
}

func (c Config) withDefaults() Config {
	c.Label = cmp.Or(c.Label, "Single sign-on")
	c.NameClaim = cmp.Or(c.NameClaim, "preferred_username")
	c.GroupsClaim = cmp.Or(c.GroupsClaim, "groups")
	c.Timeout = cmp.Or(c.Timeout, 10*time.Second)
	if len(c.Scopes) == 0 {
		c.Scopes = []string{"profile", "email"}
	}
	if !slices.Contains(c.Scopes, "openid") {
		c.Scopes = append([]string{"openid"}, c.Scopes...)
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return c
}

// Check says what is missing or makes no sense; at is the section of the
// configuration.
func (c Config) Check(at string) []graph.FieldError {
	var wrong []graph.FieldError
	bad := func(field, format string, args ...any) {
		wrong = append(wrong, graph.FieldError{Field: at + "." + field, Reason: fmt.Sprintf(format, args...)})
	}
	if reason := checkURL(c.Issuer); reason != "" {
		bad("issuer", "%s; give the provider's address, such as https://login.example.org/realms/ops", reason)
	}
	if reason := checkURL(c.URL); reason != "" {
		bad("url", "%s; give this server's address as browsers see it, such as https://calipso.example.org", reason)
	} else if u, _ := url.Parse(c.URL); u.Path != "" && u.Path != "/" {
		bad("url", "has a path; this server answers at the root of an address")
	}
	if c.ClientID == "" {
		bad("client_id", "is missing; give the name under which the provider knows this server")
	}
	if c.Timeout < 0 || c.Timeout > time.Minute {
		bad("timeout", "%s is not within 0 and 1m", c.Timeout)
	}
	return wrong
}

// checkURL says why a text is no address that tokens may be entrusted to.
func checkURL(text string) string {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return "is missing"
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return fmt.Sprintf("%q is no address", text)
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return fmt.Sprintf("%q is not encrypted, and only this machine itself may be asked that way", text)
	}
	return ""
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
