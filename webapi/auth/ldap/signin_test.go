package ldap_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	goldap "github.com/go-ldap/ldap/v3"
	"github.com/google/go-cmp/cmp"

	"calipso/webapi/auth"
	"calipso/webapi/auth/ldap"
	"calipso/webapi/auth/ldap/ldaptest"
)

const (
	usersDN  = "ou=Users,dc=openstack,dc=org"
	groupsDN = "ou=Groups,dc=openstack,dc=org"
	opsDN    = "cn=net-ops,ou=groups,dc=openstack,dc=org"
	adminsDN = "cn=calipso-admins,ou=groups,dc=openstack,dc=org"
	shiftDN  = "cn=night-shift,ou=groups,dc=openstack,dc=org"
)

// open makes a directory of lines of an ldap.conf, over those that reach the
// lab in clear.
func open(t *testing.T, lines ...string) *ldap.Directory {
	t.Helper()
	base := []string{"url " + server.File(t, "url"), "user_id_attribute CN", "user_tree_dn " + usersDN}
	path := filepath.Join(t.TempDir(), "ldap.conf")
	if err := os.WriteFile(path, []byte(strings.Join(append(base, lines...), "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, _, err := ldap.Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	d, err := ldap.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var (
	groups = []string{"group_tree_dn " + groupsDN}
	search = []string{"user cn=calipso,ou=Services,dc=openstack,dc=org", "password calipso-secret", "user_objectclass inetOrgPerson", "group_tree_dn " + groupsDN}
)

func TestSignIn(t *testing.T) {
	for _, tc := range []struct {
		name, user, password string
		lines                []string
		want                 auth.Identity
	}{
		{"bound", "ada", "ada-secret", groups,
			auth.Identity{Name: "ada", Display: "Ada Lovelace", Email: "ada@example.org", Groups: []string{"calipso-admins", adminsDN}}},
		{"by memberOf alone", "ben", "ben-secret", nil,
			auth.Identity{Name: "ben", Display: "ben", Email: "ben@example.org", Groups: []string{opsDN, "net-ops"}}},
		{"in the directory's spelling", "  BEN ", "ben-secret", nil,
			auth.Identity{Name: "ben", Display: "ben", Email: "ben@example.org", Groups: []string{opsDN, "net-ops"}}},
		{"nested, in a ring", "ben", "ben-secret", append([]string{"nested_groups yes"}, groups...),
			auth.Identity{Name: "ben", Display: "ben", Email: "ben@example.org", Groups: []string{opsDN, shiftDN, "net-ops", "night-shift"}}},
		{"a name full of special characters", "pat, the (*) one", "pat-secret", groups,
			auth.Identity{Name: "pat, the (*) one", Display: "pat, the (*) one", Groups: []string{opsDN, "net-ops"}}},
		{"no group", "dot", "dot-secret", groups, auth.Identity{Name: "dot", Display: "dot"}},
		{"searched", "ada", "ada-secret", search,
			auth.Identity{Name: "ada", Display: "Ada Lovelace", Email: "ada@example.org", Groups: []string{"calipso-admins", adminsDN}}},
		{"searched by another of his names", "ada lovelace", "ada-secret", search,
			auth.Identity{Name: "Ada Lovelace", Display: "Ada Lovelace", Email: "ada@example.org", Groups: []string{"calipso-admins", adminsDN}}},
		{"searched below the tree", "cleo", "cleo-secret", search,
			auth.Identity{Name: "cleo", Display: "cleo", Groups: []string{opsDN, "net-ops"}}},
		{"searched by another attribute", "PPAT", "pat-secret", append([]string{"user_id_attribute uid"}, search...),
			auth.Identity{Name: "ppat", Display: "pat, the (*) one", Groups: []string{opsDN, "net-ops"}}},
		{"searched, special characters", "pat, the (*) one", "pat-secret", search,
			auth.Identity{Name: "pat, the (*) one", Display: "pat, the (*) one", Groups: []string{opsDN, "net-ops"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := open(t, tc.lines...).Check(t.Context(), tc.user, tc.password)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Neither names nor passwords that are made to mean something to a directory get
// anybody in, nor to anything but a plain refusal.
func TestRefused(t *testing.T) {
	for _, mode := range []struct {
		name  string
		lines []string
	}{{"bind", groups}, {"search", search}} {
		t.Run(mode.name, func(t *testing.T) {
			d := open(t, mode.lines...)
			for _, tc := range [][2]string{
				{"ada", "wrong"}, {"ada", "ada-secret "}, {"ada", ""}, {"ada", "\x00"}, {"ada", strings.Repeat("x", 2000)},
				{"nobody", "ada-secret"}, {"", "ada-secret"}, {" ", "ada-secret"}, {strings.Repeat("a", 300), "x"}, {"a\x00da", "ada-secret"}, {"ada\xff", "ada-secret"},
				{"*", "ada-secret"}, {"a*", "ada-secret"}, {"ada,ou=Users", "ada-secret"}, {"ada,ou=Staff", "ada-secret"}, {"ada)(cn=*", "ada-secret"}, {"*)(objectClass=*", "ada-secret"},
				{"ada+sn=Lovelace", "ada-secret"}, {`ada\`, "ada-secret"}, {`\61da`, "ada-secret"}, {"#616461", "ada-secret"}, {")", "x"}, {",", "x"}, {"=", "x"}, {"cn=ada", "ada-secret"},
				{"calipso", "calipso-secret"}, {"admin", "admin-secret"}, // exist, but are no users
			} {
				if id, err := d.Check(t.Context(), tc[0], tc[1]); !errors.Is(err, auth.ErrCredentials) {
					t.Errorf("%q with %q: %v %v", tc[0], tc[1], id, err)
				} else if strings.Contains(err.Error(), "ada-secret") {
					t.Errorf("%q: the password is in the error: %v", tc[0], err)
				}
			}
		})
	}
}

func TestSearchedEntriesAreWhatIsConfigured(t *testing.T) {
	// One level deep Cleo is not found; of another class nobody is, and Ada's
	// password is no good although it is right.
	for line, who := range map[string]string{"query_scope one": "cleo", "user_objectclass device": "ada"} {
		if _, err := open(t, append(search, line)...).Check(t.Context(), who, who+"-secret"); !errors.Is(err, auth.ErrCredentials) {
			t.Errorf("%s: %v", line, err)
		}
	}
	// Two entries of one name: nobody knows whose password it is to be.
	server.Change(t, func(c *goldap.Conn) error {
		add := goldap.NewAddRequest("cn=ben,ou=Staff,"+usersDN, nil)
		add.Attribute("objectClass", []string{"inetOrgPerson"})
		add.Attribute("sn", []string{"Second"})
		add.Attribute("userPassword", []string{"ben-secret"})
		return c.Add(add)
	})
	t.Cleanup(func() {
		server.Change(t, func(c *goldap.Conn) error { return c.Del(goldap.NewDelRequest("cn=ben,ou=Staff,"+usersDN, nil)) })
	})
	if _, err := open(t, search...).Check(t.Context(), "ben", "ben-secret"); !errors.Is(err, ldap.ErrMisconfigured) || !strings.Contains(err.Error(), "several entries") {
		t.Errorf("two entries of one name: %v", err)
	}
}

func TestWhoLeftAGroupIsNoLongerInIt(t *testing.T) {
	member := func(do func(*goldap.ModifyRequest, string, []string)) {
		server.Change(t, func(c *goldap.Conn) error {
			m := goldap.NewModifyRequest("cn=net-ops,"+groupsDN, nil)
			do(m, "member", []string{"cn=dot," + usersDN})
			return c.Modify(m)
		})
	}
	for _, lines := range [][]string{groups, search} {
		d := open(t, lines...)
		in := func() bool {
			id, err := d.Check(t.Context(), "dot", "dot-secret")
			if err != nil {
				t.Fatal(err)
			}
			return slices.Contains(id.Groups, opsDN) && slices.Contains(id.Groups, "net-ops")
		}
		if in() {
			t.Error("in a group that does not list her")
		}
		member((*goldap.ModifyRequest).Add)
		if !in() {
			t.Error("not in the group that lists her")
		}
		member((*goldap.ModifyRequest).Delete)
		if in() {
			t.Error("still in the group she was taken out of")
		}
	}
}

func TestTLS(t *testing.T) {
	plain, secure := "url "+server.File(t, "url"), "url "+server.File(t, "url.tls")
	named := "url " + strings.Replace(server.File(t, "url.tls"), "127.0.0.1", "localhost", 1)
	ca, other := "tls_cacertfile "+server.Path("ca.pem"), "tls_cacertfile "+server.Path("other.pem")
	for _, tc := range []struct {
		name  string
		lines []string
		want  error
	}{
		{"ldaps", []string{secure, ca}, nil},
		{"StartTLS", []string{plain, "start_tls yes", ca, "tls_req_cert demand"}, nil},
		{"ldaps, no authority", []string{secure}, ldap.ErrMisconfigured},
		{"ldaps, wrong authority", []string{secure, other}, ldap.ErrMisconfigured},
		{"ldaps, wrong authority, allow", []string{secure, other, "tls_req_cert allow"}, ldap.ErrMisconfigured},
		{"ldaps, wrong host", []string{named, ca}, ldap.ErrMisconfigured},
		{"StartTLS, wrong authority", []string{plain, "start_tls yes", other}, ldap.ErrMisconfigured},
		{"ldaps, never", []string{secure, other, "tls_req_cert never"}, nil},
		{"StartTLS, never", []string{plain, "start_tls yes", "tls_req_cert never"}, nil},
		{"TLS where there is none", []string{"url " + strings.Replace(server.File(t, "url"), "ldap://", "ldaps://", 1), ca}, ldap.ErrUnreachable},
		{"none where there is TLS", []string{"url " + strings.Replace(server.File(t, "url.tls"), "ldaps://", "ldap://", 1), "timeout 2s"}, ldap.ErrUnreachable},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := open(t, tc.lines...)
			id, err := d.Check(t.Context(), "ada", "ada-secret")
			if !errors.Is(err, tc.want) || tc.want == nil && id.Name != "ada" {
				t.Fatalf("%v, want %v", err, tc.want)
			}
			if errors.Is(err, auth.ErrCredentials) {
				t.Errorf("taken for a wrong password: %v", err)
			}
			if tc.want == nil {
				if _, err := d.Check(t.Context(), "ada", "wrong"); !errors.Is(err, auth.ErrCredentials) {
					t.Errorf("a wrong password: %v", err)
				}
			}
		})
	}
}

func TestMisconfigured(t *testing.T) {
	for _, tc := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"search user's password", []string{"user cn=calipso,ou=Services,dc=openstack,dc=org", "password old"}, "refuses user and password"},
		{"no such tree", append([]string{"user_tree_dn ou=Nowhere,dc=openstack,dc=org"}, search...), "ou=Nowhere"},
		{"no such tree of groups", []string{"group_tree_dn ou=Nowhere,dc=openstack,dc=org"}, "ou=Nowhere"},
	} {
		if _, err := open(t, tc.lines...).Check(t.Context(), "ada", "ada-secret"); !errors.Is(err, ldap.ErrMisconfigured) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

// A directory that is stopped, hangs or is not there is told from one that says
// no, and nobody waits for it longer than configured.
func TestUnreachable(t *testing.T) {
	own := ldaptest.Start(t) // not the one that LAB_LDAP may name
	lines := append([]string{"url " + own.File(t, "url"), "timeout 700ms"}, groups...)
	d, secure := open(t, lines...), open(t, "url "+own.File(t, "url.tls"), "tls_cacertfile "+own.Path("ca.pem"), "timeout 700ms")
	starting := open(t, "url "+own.File(t, "url"), "start_tls yes", "tls_cacertfile "+own.Path("ca.pem"), "timeout 700ms")
	all := []*ldap.Directory{d, secure, starting}
	check := func(when, word string) {
		t.Helper()
		for i, d := range all {
			if _, err := d.Check(t.Context(), "ada", "ada-secret"); !errors.Is(err, ldap.ErrUnreachable) || !strings.Contains(err.Error(), word) {
				t.Errorf("%s (%d): %v", when, i, err)
			}
		}
	}
	own.Signal(t, syscall.SIGSTOP)
	check("hangs", "no answer within 700ms")
	given, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Check(given, "ada", "ada-secret"); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
	own.Signal(t, syscall.SIGCONT)
	for i, d := range all {
		if _, err := d.Check(t.Context(), "ada", "ada-secret"); err != nil {
			t.Errorf("goes on (%d): %v", i, err)
		}
	}
	own.Stop(t)
	check("stopped", "refused")
	gone := open(t, "url ldap://calipso-test.invalid:389", "timeout 5s")
	if _, err := gone.Check(t.Context(), "ada", "ada-secret"); !errors.Is(err, ldap.ErrUnreachable) {
		t.Errorf("no such host: %v", err)
	}
}

func TestTryNamesTheStepThatFailed(t *testing.T) {
	var steps []string
	report := func(s ldap.Step) {
		steps = append(steps, s.Name)
		if s.Err != nil {
			steps = append(steps, "failed")
		}
	}
	if _, err := open(t, search...).Try(t.Context(), "ada", "ada-secret", report); err != nil {
		t.Fatal(err)
	}
	service := "bind as cn=calipso,ou=Services,dc=openstack,dc=org to search"
	connect := "connect to " + server.File(t, "url")
	want := []string{connect, service, "search (&(objectClass=inetOrgPerson)(CN=ada)) below " + usersDN,
		"bind as cn=ada,ou=Users,dc=openstack,dc=org", service, "search groups below " + groupsDN}
	if diff := cmp.Diff(want, steps); diff != "" {
		t.Error(diff)
	}
	steps = nil
	if _, err := open(t).Try(t.Context(), "ada", "wrong", report); !errors.Is(err, auth.ErrCredentials) {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{connect, "bind as CN=ada," + usersDN, "failed"}, steps); diff != "" {
		t.Error(diff)
	}
}
