package ldap

import (
	"fmt"
	"os"
	"strings"
	"time"

	"calipso/graph"
)

// key is one key of ldap.conf. Its variable is CALIPSO_LDAP_SERVICE_ and the
// name in capitals, unless the older program called it otherwise.
type key struct {
	name     string
	variable string
	set      func(c *Config, text string) error
}

// ignored are keys that the older program accepted and that mean nothing here,
// with the reason.
var ignored = map[string]string{
	"user_pass_attribute": "passwords are never read, the directory itself compares them",
}

// keys is every key there is.
func keys() []key {
	text := func(field func(*Config) *string) func(*Config, string) error {
		return func(c *Config, text string) error {
			*field(c) = text
			return nil
		}
	}
	yes := func(field func(*Config) *bool) func(*Config, string) error {
		return func(c *Config, text string) error {
			switch strings.ToLower(text) {
			case "yes", "true", "on", "1":
				*field(c) = true
			case "no", "false", "off", "0":
				*field(c) = false
			default:
				return fmt.Errorf("%q is neither yes nor no", text)
			}
			return nil
		}
	}
	return []key{
		{name: "url", set: text(func(c *Config) *string { return &c.URL })},
		{name: "user_tree_dn", set: text(func(c *Config) *string { return &c.UserTreeDN })},
		{name: "user_id_attribute", set: text(func(c *Config) *string { return &c.UserIDAttribute })},
		{name: "start_tls", set: yes(func(c *Config) *bool { return &c.StartTLS })},
		{name: "tls_cacertfile", set: text(func(c *Config) *string { return &c.CACertFile })},
		{name: "tls_req_cert", set: setReqCert},
		{name: "login", set: setLogin},
		{name: "user", set: text(func(c *Config) *string { return &c.User })},
		{name: "password", variable: "PWD", set: func(c *Config, text string) error {
			c.Password = graph.NewSecret(text)
			return nil
		}},
		{name: "password_file", set: setPasswordFile},
		{name: "user_objectclass", set: text(func(c *Config) *string { return &c.UserObjectClass })},
		{name: "query_scope", set: setScope},
		{name: "group_tree_dn", set: text(func(c *Config) *string { return &c.GroupTreeDN })},
		{name: "group_member_attribute", set: text(func(c *Config) *string { return &c.GroupMemberAttribute })},
		{name: "nested_groups", set: yes(func(c *Config) *bool { return &c.NestedGroups })},
		{name: "timeout", set: func(c *Config, text string) (err error) {
			if c.Timeout, err = time.ParseDuration(text); err != nil {
				return fmt.Errorf("%q is no duration such as 5s", text)
			}
			return nil
		}},
	}
}

// setReqCert reads tls_req_cert. A server always has a certificate to show, so
// "allow" (have it verified if there is one) verifies as "demand" does.
func setReqCert(c *Config, text string) error {
	switch strings.ToLower(text) {
	case "demand", "hard", "try", "allow":
		c.NoVerify = false
	case "never":
		c.NoVerify = true
	default:
		return fmt.Errorf("%q is none of demand, allow, never", text)
	}
	return nil
}

func setScope(c *Config, text string) error {
	scope, ok := map[string]Scope{"base": Base, "one": One, "onelevel": One, "sub": Sub, "subtree": Sub}[strings.ToLower(text)]
	if !ok {
		return fmt.Errorf("%q is none of base, one, sub", text)
	}
	c.QueryScope = scope
	return nil
}

func setLogin(c *Config, text string) error {
	if text != "bind" && text != "search" {
		return fmt.Errorf("%q is neither bind nor search", text)
	}
	c.Search = text == "search"
	return nil
}

func setPasswordFile(c *Config, text string) error {
	b, err := os.ReadFile(text)
	if err != nil {
		return err
	}
	c.Password = graph.NewSecret(strings.TrimRight(string(b), "\r\n"))
	return nil
}
