package ldap

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-ldap/ldap/v3"
)

const (
	maxGroups = 2000 // that one user may be in
	maxDepth  = 10   // of groups in groups
)

// groups lists those a user is in: memberOf of his entry, and the ones below the
// tree of groups that list him or, where configured, list such a group. Each
// stands there twice: by its canonical distinguished name and by its plain name.
func (s *session) groups(name, dn string, entry *ldap.Entry) ([]string, error) {
	found := map[string]bool{}
	if entry != nil {
		for _, g := range entry.GetEqualFoldAttributeValues("memberOf") {
			found[g] = true
		}
	}
	if s.cfg.GroupTreeDN != "" {
		if s.cfg.Search {
			if err := s.service(); err != nil { // who may search for users may search for groups
				return nil, err
			}
		}
		member := dn
		if strings.EqualFold(s.cfg.GroupMemberAttribute, "memberUid") {
			member = name
		}
		if err := s.step("search groups below "+s.cfg.GroupTreeDN, func() error { return s.searchGroups(member, found) }); err != nil {
			return nil, err
		}
	}
	return labels(slices.Sorted(maps.Keys(found))), nil
}

// searchGroups adds the groups that list a member and, if nested, those that list
// a group already found. A ring of groups ends it as well as any.
func (s *session) searchGroups(member string, found map[string]bool) error {
	members := append([]string{member}, slices.Sorted(maps.Keys(found))...)
	if !s.cfg.NestedGroups {
		members = members[:1]
	}
	for range maxDepth {
		var next []string
		for _, m := range members {
			filter := fmt.Sprintf("(%s=%s)", s.cfg.GroupMemberAttribute, ldap.EscapeFilter(m))
			entries, more, err := s.find(s.cfg.GroupTreeDN, Sub, filter, maxGroups, []string{"1.1"}) // names alone
			if err != nil {
				return err
			}
			for _, e := range entries {
				if !found[e.DN] {
					found[e.DN] = true
					next = append(next, e.DN)
				}
			}
			if more || len(found) > maxGroups {
				return fmt.Errorf("%w: the user is in more than %d groups", ErrMisconfigured, maxGroups)
			}
		}
		if members = next; len(members) == 0 || !s.cfg.NestedGroups {
			return nil
		}
	}
	return nil
}

// labels are the texts by which rules may call groups.
func labels(groups []string) []string {
	var out []string
	for _, g := range groups {
		out = append(out, Canonical(g))
		if dn, err := ldap.ParseDN(g); err == nil && len(dn.RDNs) > 0 {
			out = append(out, dn.RDNs[0].Attributes[0].Value)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Canonical is a distinguished name in the one form in which groups of an
// identity are given: in small letters and without blanks between its parts.
// What is none stays as it is.
func Canonical(text string) string {
	dn, err := ldap.ParseDN(text)
	if err != nil || len(dn.RDNs) == 0 {
		return text
	}
	return strings.ToLower(dn.String())
}
