package ldap

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-ldap/ldap/v3"

	"calipso/webapi/auth"
)

const (
	maxName     = 256 // bytes
	maxPassword = 1024
)

// plausible refuses what cannot be right before anybody is asked. An empty
// password above all: to directories it is a way to bind as nobody, which works.
func plausible(name, password string) error {
	ok := strings.TrimSpace(name) != "" && len(name) <= maxName && utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsControl) &&
		password != "" && len(password) <= maxPassword
	if !ok {
		return fmt.Errorf("ldap: %w", auth.ErrCredentials)
	}
	return nil
}

// signIn finds the entry of a user, binds as it, and reads what the directory
// tells of it.
func (s *session) signIn(name, password string) (auth.Identity, error) {
	if err := s.open(); err != nil {
		return auth.Identity{}, err
	}
	dn := fmt.Sprintf("%s=%s,%s", s.cfg.UserIDAttribute, ldap.EscapeDN(name), s.cfg.UserTreeDN)
	var entry *ldap.Entry
	if s.cfg.Search {
		var err error
		if entry, err = s.search(name); err != nil {
			return auth.Identity{}, err
		}
		if entry != nil {
			dn = entry.DN
		}
	}
	err := s.step("bind as "+dn, func() error {
		err := s.conn.Bind(dn, password)
		if ldap.IsErrorAnyOf(err, refused...) || err == nil && s.cfg.Search && entry == nil {
			return fmt.Errorf("%w (%v)", auth.ErrCredentials, err)
		}
		return err
	})
	if err != nil {
		return auth.Identity{}, err
	}
	if !s.cfg.Search {
		if entry, err = s.own(dn); err != nil {
			return auth.Identity{}, err
		}
	}
	id := identity(name, s.cfg.UserIDAttribute, entry)
	groups, err := s.groups(name, dn, entry)
	id.Groups = groups
	return id, err
}

// service binds as the user that may search.
func (s *session) service() error {
	return s.step("bind as "+s.cfg.User+" to search", func() error {
		err := s.conn.Bind(s.cfg.User, s.cfg.Password.Reveal())
		if ldap.IsErrorAnyOf(err, refused...) {
			return fmt.Errorf("%w: it refuses user and password: %w", ErrMisconfigured, err)
		}
		return err
	})
}

// search finds the entry of a user, nil if there is none.
func (s *session) search(name string) (*ldap.Entry, error) {
	if err := s.service(); err != nil {
		return nil, err
	}
	filter := fmt.Sprintf("(%s=%s)", s.cfg.UserIDAttribute, ldap.EscapeFilter(name))
	if s.cfg.UserObjectClass != "" {
		filter = fmt.Sprintf("(&(objectClass=%s)%s)", s.cfg.UserObjectClass, filter)
	}
	var found *ldap.Entry
	err := s.step(fmt.Sprintf("search %s below %s", filter, s.cfg.UserTreeDN), func() error {
		entries, more, err := s.find(s.cfg.UserTreeDN, s.cfg.QueryScope, filter, 2, s.attributes())
		switch {
		case err != nil:
			return err
		case more || len(entries) > 1:
			return fmt.Errorf("%w: several entries have this %s; one user name is to be one entry", ErrMisconfigured, s.cfg.UserIDAttribute)
		case len(entries) == 1:
			found = entries[0]
		}
		return nil
	})
	return found, err
}

// own reads the entry of who is bound. A directory that shows people nothing, not
// even themselves, is one that only tells passwords: there is no entry then.
func (s *session) own(dn string) (*ldap.Entry, error) {
	var found *ldap.Entry
	err := s.step("read the entry", func() error {
		entries, _, err := s.find(dn, Base, "(objectClass=*)", 1, s.attributes())
		if ldap.IsErrorAnyOf(err, ldap.LDAPResultInsufficientAccessRights, ldap.LDAPResultNoSuchObject) {
			return nil
		}
		if len(entries) == 1 {
			found = entries[0]
		}
		return err
	})
	return found, err
}

// attributes are those read of users' entries.
func (s *session) attributes() []string {
	return []string{s.cfg.UserIDAttribute, "displayName", "cn", "mail", "memberOf"}
}

// find searches for at most limit entries and tells whether there are more.
func (s *session) find(base string, scope Scope, filter string, limit int, attributes []string) (entries []*ldap.Entry, more bool, err error) {
	got, err := s.conn.Search(&ldap.SearchRequest{
		BaseDN: base, Scope: int(scope), DerefAliases: ldap.NeverDerefAliases, Filter: filter, Attributes: attributes,
		SizeLimit: limit, TimeLimit: max(1, int(s.cfg.Timeout.Seconds())), EnforceSizeLimit: true,
	})
	if ldap.IsErrorAnyOf(err, ldap.LDAPResultSizeLimitExceeded) || err == ldap.ErrSizeLimitExceeded {
		more, err = true, nil
	}
	if err != nil || got == nil {
		return nil, more, err
	}
	return got.Entries, more, nil
}

// identity is what an entry, or without one the name typed, says of somebody.
func identity(name, attribute string, entry *ldap.Entry) auth.Identity {
	if entry == nil {
		return auth.Identity{Name: fold(name)}
	}
	values := entry.GetEqualFoldAttributeValues
	id := auth.Identity{Name: spelling(name, values(attribute)), Email: first(values("mail"))}
	if id.Display = first(values("displayName")); id.Display == "" {
		id.Display = first(values("cn"))
	}
	return id
}

// spelling is which of an attribute's values somebody has typed, as the
// directory writes it.
func spelling(typed string, values []string) string {
	for _, v := range values {
		if fold(v) == fold(typed) {
			return v
		}
	}
	return fold(typed)
}

// fold is a name in the form in which directories compare: without regard to
// case and to how many blanks there are.
func fold(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return slices.Min(values)
}
