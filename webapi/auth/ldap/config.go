package ldap

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"

	"calipso/graph"
)

// Config says where a directory is and how people are found in it. Each field
// is a key of ldap.conf, named in its comment.
type Config struct {
	URL             string // url: ldap://host[:389] or ldaps://host[:636]
	UserTreeDN      string // user_tree_dn: where the users are
	UserIDAttribute string // user_id_attribute: which attribute is the user name

	StartTLS   bool   // start_tls: encrypt a connection that begins in clear
	CACertFile string // tls_cacertfile: PEM; whom to believe instead of the system's authorities
	// NoVerify (tls_req_cert never) takes any certificate for the right one.
	NoVerify bool

	// Search (login search) finds the user's entry first, as User with Password
	// (user, password or password_file); else the name of his entry is put
	// together of attribute, user name and tree.
	Search          bool
	User            string
	Password        graph.Secret
	UserObjectClass string // user_objectclass: what found entries must be; "": anything
	QueryScope      Scope  // query_scope: how deep below the tree

	GroupTreeDN          string // group_tree_dn: where to search for groups; "": only memberOf counts
	GroupMemberAttribute string // group_member_attribute: which attribute of groups lists members
	NestedGroups         bool   // nested_groups: members of a member group are members

	Timeout time.Duration // timeout: of one whole sign-in
}

// Scope is how deep a search goes.
type Scope int

// The scopes, in the words of ldap.conf: base, one, sub.
const (
	Base Scope = ldap.ScopeBaseObject
	One  Scope = ldap.ScopeSingleLevel
	Sub  Scope = ldap.ScopeWholeSubtree
)

func defaults() *Config {
	return &Config{
		URL: "ldap://localhost:389", QueryScope: Sub, GroupMemberAttribute: "member", Timeout: 10 * time.Second,
	}
}

var attributeForm = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9-]*|[0-9]+(\.[0-9]+)+)$`)

// check says what is missing or makes no sense.
func (c *Config) check() []graph.FieldError {
	var wrong []graph.FieldError
	bad := func(key, format string, args ...any) {
		wrong = append(wrong, graph.FieldError{Field: key, Reason: fmt.Sprintf(format, args...)})
	}
	u, err := url.Parse(c.URL)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "ldap" && u.Scheme != "ldaps":
		bad("url", "%q is no address of a directory; give one such as ldaps://ldap.example.org", c.URL)
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.User != nil:
		bad("url", "has more than scheme, host and port; where the users are is user_tree_dn")
	case c.StartTLS && u.Scheme == "ldaps":
		bad("start_tls", "is for ldap://; a connection to %s is encrypted from its beginning", c.URL)
	}
	dn := func(key, text string) {
		if parsed, err := ldap.ParseDN(text); err != nil || len(parsed.RDNs) == 0 {
			bad(key, "%q is no distinguished name such as ou=Users,dc=example,dc=org", text)
		}
	}
	attribute := func(key, text string) {
		if !attributeForm.MatchString(text) {
			bad(key, "%q is no name of an attribute such as uid or cn", text)
		}
	}
	if c.UserTreeDN == "" {
		bad("user_tree_dn", "is missing; say below which entry the users are, such as ou=Users,dc=example,dc=org")
	} else {
		dn("user_tree_dn", c.UserTreeDN)
	}
	if c.UserIDAttribute == "" {
		bad("user_id_attribute", "is missing; say which attribute is the user name, such as uid or cn")
	} else {
		attribute("user_id_attribute", c.UserIDAttribute)
	}
	attribute("group_member_attribute", c.GroupMemberAttribute)
	if c.UserObjectClass != "" {
		attribute("user_objectclass", c.UserObjectClass)
	}
	if c.GroupTreeDN != "" {
		dn("group_tree_dn", c.GroupTreeDN)
	}
	if c.Search && (c.User == "" || c.Password.Reveal() == "") {
		bad("login", "search needs user and password, or password_file, of an entry that may search")
	}
	if c.Timeout <= 0 || c.Timeout > time.Minute {
		bad("timeout", "%s is not within 0 and 1m", c.Timeout)
	}
	return wrong
}

// names tells whether a directory can know somebody by this text: it is a
// distinguished name, or one of the forms Active Directory takes.
func names(user string) bool {
	if strings.ContainsAny(user, `@\`) {
		return true
	}
	dn, err := ldap.ParseDN(user)
	return err == nil && len(dn.RDNs) > 0
}

// local tells whether the directory is on this machine.
func (c *Config) local() bool {
	u, err := url.Parse(c.URL)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
