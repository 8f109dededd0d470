package ldap_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/webapi/auth/ldap"
)

// shipped is the file as the older program shipped it.
const shipped = `# LDAP access
url ldap://ldap.example.org:389
user_id_attribute CN
user_pass_attribute userpassword
user_objectclass inetOrgPerson
user_tree_dn OU=Users,DC=openstack,DC=org
query_scope one
tls_req_cert allow
group_member_attribute member
user admin
password password
`

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ldap.conf")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// reveal compares secrets by what they hold.
var reveal = cmp.Comparer(func(a, b graph.Secret) bool { return a.Reveal() == b.Reveal() })

func TestShippedFile(t *testing.T) {
	got, notes, err := ldap.Load(write(t, shipped), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := &ldap.Config{
		URL: "ldap://ldap.example.org:389", UserTreeDN: "OU=Users,DC=openstack,DC=org", UserIDAttribute: "CN",
		User: "admin", Password: graph.NewSecret("password"), UserObjectClass: "inetOrgPerson", QueryScope: ldap.One,
		GroupMemberAttribute: "member", Timeout: 10 * time.Second,
	}
	if diff := cmp.Diff(want, got, reveal); diff != "" {
		t.Error(diff)
	}
	for i, word := range []string{"user_pass_attribute is ignored", "user and password are ignored", "user_objectclass is ignored", "query_scope is ignored",
		"group_member_attribute is ignored", "UNSAFE: passwords cross the network"} {
		if i >= len(notes) || !strings.HasPrefix(notes[i], word) {
			t.Errorf("note %d is not of %q: %q", i, word, notes)
		}
	}
	if len(notes) != 6 {
		t.Errorf("%d notes: %q", len(notes), notes)
	}
}

func TestEveryKey(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("two words\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, notes, err := ldap.Load(write(t, "url   ldap://127.0.0.1\r\n"+
		"user_tree_dn\tou=My Users, dc=example,dc=org  \n"+
		"lonely\nempty \n   # a comment\n\n"+
		"user_id_attribute cn\nuser_id_attribute uid\n"+
		"user cn=calipso search,dc=example,dc=org\npassword_file "+secret+"\n"+
		"query_scope sub\nstart_tls yes\ntls_cacertfile /etc/ca bundle.pem\ntls_req_cert never\n"+
		"group_tree_dn ou=g,dc=example,dc=org\ngroup_member_attribute memberUid\nnested_groups true\ntimeout 3s\nuser_objectclass person\ncolour blue\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := &ldap.Config{
		URL: "ldap://127.0.0.1", UserTreeDN: "ou=My Users, dc=example,dc=org", UserIDAttribute: "uid", StartTLS: true, CACertFile: "/etc/ca bundle.pem", NoVerify: true,
		Search: true, User: "cn=calipso search,dc=example,dc=org", Password: graph.NewSecret("two words"), UserObjectClass: "person", QueryScope: ldap.Sub,
		GroupTreeDN: "ou=g,dc=example,dc=org", GroupMemberAttribute: "memberUid", NestedGroups: true, Timeout: 3 * time.Second,
	}
	if diff := cmp.Diff(want, got, reveal); diff != "" {
		t.Error(diff)
	}
	wantNotes := []string{
		`line 3 is ignored: "lonely" has no value`,
		`line 4 is ignored: "empty" has no value`,
		"line 8: user_id_attribute is given again, and this one counts",
		"colour is ignored: there is no such key",
	}
	if diff := cmp.Diff(wantNotes, notes[:4]); diff != "" {
		t.Error(diff)
	}
	if len(notes) != 5 || !strings.HasPrefix(notes[4], "UNSAFE: tls_req_cert never") {
		t.Errorf("notes: %q", notes)
	}
}

func TestVariablesStandForKeys(t *testing.T) {
	environ := []string{"HOME=/x", "CALIPSO_LDAP_SERVICE_USER_TREE_DN=ou=a,dc=b", "CALIPSO_LDAP_SERVICE_USER_ID_ATTRIBUTE=uid",
		"CALIPSO_LDAP_SERVICE_URL=ldaps://dir.example.org", "CALIPSO_LDAP_SERVICE_USER=cn=s,dc=b", "CALIPSO_LDAP_SERVICE_PWD=pass word"}
	if !ldap.Named(environ) || ldap.Named(environ[:2]) {
		t.Error("two variables, and no fewer, name a directory")
	}
	got, notes, err := ldap.Load("", environ)
	if err != nil || len(notes) != 0 {
		t.Fatal(err, notes)
	}
	if got.URL != "ldaps://dir.example.org" || got.UserTreeDN != "ou=a,dc=b" || got.UserIDAttribute != "uid" || !got.Search || got.Password.Reveal() != "pass word" {
		t.Errorf("%+v", got)
	}
	got, _, err = ldap.Load(write(t, shipped), environ)
	if err != nil || got.URL != "ldaps://dir.example.org" || got.UserObjectClass != "inetOrgPerson" {
		t.Errorf("over a file: %+v %v", got, err)
	}
}

func TestEveryFaultIsNamed(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"", "user_tree_dn user_id_attribute"},
		{"url http://x\nuser_tree_dn Users\nuser_id_attribute a(b\n", "url user_tree_dn user_id_attribute"},
		{"url ldap:///x\nuser_tree_dn o=x\nuser_id_attribute cn\n", "url"},
		{"url ldap://x/o=y\nuser_tree_dn o=x\nuser_id_attribute cn\n", "url"},
		{"url ldaps://x\nstart_tls yes\nuser_tree_dn o=x\nuser_id_attribute cn\n", "start_tls"},
		{"user_tree_dn o=x\nuser_id_attribute cn\ntls_req_cert maybe\nstart_tls often\nquery_scope wide\nlogin twice\ntimeout 5\npassword_file /nowhere\nnested_groups x\n",
			"start_tls tls_req_cert login password_file query_scope nested_groups timeout"},
		{"user_tree_dn o=x\nuser_id_attribute cn\nlogin search\ntimeout 2h\ngroup_tree_dn x\ngroup_member_attribute *\nuser_objectclass (\n",
			"group_member_attribute user_objectclass group_tree_dn login timeout"},
	} {
		_, _, err := ldap.Load(write(t, tc.text), nil)
		var invalid *graph.InvalidError
		if !errors.As(err, &invalid) {
			t.Errorf("%q: %v", tc.text, err)
			continue
		}
		var fields []string
		for _, f := range invalid.Fields {
			fields = append(fields, f.Field)
		}
		if got := strings.Join(fields, " "); got != tc.want {
			t.Errorf("%q: %s, want %s", tc.text, got, tc.want)
		}
	}
	if _, _, err := ldap.Load("/nowhere/ldap.conf", nil); err == nil || !strings.Contains(err.Error(), "/nowhere/ldap.conf") {
		t.Errorf("no file: %v", err)
	}
	for _, file := range []string{"/nowhere.pem", write(t, "no certificate")} {
		cfg, _, err := ldap.Load(write(t, "user_tree_dn o=x\nuser_id_attribute cn\nurl ldaps://x\ntls_cacertfile "+file+"\n"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ldap.New(cfg); err == nil || !strings.Contains(err.Error(), "tls_cacertfile") {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(shipped)
	f.Add("url ldap://x\n#\n =\n\x00 \xff\n")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(dir, "ldap.conf")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, _, err := ldap.Load(path, nil)
		if err == nil && (cfg.UserTreeDN == "" || cfg.UserIDAttribute == "" || cfg.Timeout <= 0) {
			t.Errorf("accepted %+v", cfg)
		}
	})
}
