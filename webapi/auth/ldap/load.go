package ldap

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"calipso/graph"
)

// prefix of the variables that stand for keys.
const prefix = "CALIPSO_LDAP_SERVICE_"

// Named tells whether variables configure a directory all by themselves: those
// of both keys that have no default are given, as the older program wanted it.
func Named(environ []string) bool {
	given := variables(environ)
	return given["USER_TREE_DN"] != "" && given["USER_ID_ATTRIBUTE"] != ""
}

// Load reads a file of lines "key value" and then the variables
// CALIPSO_LDAP_SERVICE_*, each of which stands for the file's key. An empty path
// is no file. The notes are what an operator should know: what was given and
// does nothing, and what is unsafe.
//
// Errors: *graph.InvalidError with all that is wrong, by key. No message holds
// the password.
func Load(path string, environ []string) (c *Config, notes []string, err error) {
	c = defaults()
	given := map[string]string{}
	if path != "" {
		b, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil, fmt.Errorf("ldap: there is no file %q", path)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("ldap: %w", err)
		}
		given, notes = parse(string(b))
	}
	vars := variables(environ)
	var wrong []graph.FieldError
	set := map[string]bool{}
	for _, k := range keys() {
		variable := strings.ToUpper(k.name)
		if k.variable != "" {
			variable = k.variable
		}
		text := given[k.name]
		if v := vars[variable]; v != "" {
			text = v
		}
		delete(given, k.name)
		if text == "" {
			continue
		}
		set[k.name] = true
		if err := k.set(c, text); err != nil {
			wrong = append(wrong, graph.FieldError{Field: k.name, Reason: err.Error()})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		reason, known := ignored[name]
		if !known {
			reason = "there is no such key"
		}
		notes = append(notes, fmt.Sprintf("%s is ignored: %s", name, reason))
	}
	c.Search = set["login"] && c.Search || !set["login"] && names(c.User) && c.Password.Reveal() != ""
	notes = append(notes, c.notes(set)...)
	if len(wrong) == 0 {
		wrong = c.check()
	}
	if len(wrong) > 0 {
		what := "LDAP configuration"
		if path != "" {
			what += " " + path
		}
		return nil, notes, &graph.InvalidError{What: what, Fields: wrong}
	}
	return c, notes, nil
}

// parse reads lines "key value": the first blank separates; lines that begin
// with "#", have no blank or no value say nothing. The last of several counts.
func parse(text string) (given map[string]string, notes []string) {
	given = map[string]string{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, _ := cutBlank(line)
		if value == "" {
			notes = append(notes, fmt.Sprintf("line %d is ignored: %q has no value", n, name))
			continue
		}
		if _, twice := given[name]; twice {
			notes = append(notes, fmt.Sprintf("line %d: %s is given again, and this one counts", n, name))
		}
		given[name] = value
	}
	return given, notes
}

func cutBlank(line string) (name, value string, ok bool) {
	i := strings.IndexAny(line, " \t")
	if i < 0 {
		return line, "", false
	}
	return line[:i], strings.TrimSpace(line[i:]), true
}

// variables are those with our prefix, without it.
func variables(environ []string) map[string]string {
	given := map[string]string{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if name, ok := strings.CutPrefix(name, prefix); ok {
			given[name] = value
		}
	}
	return given
}

// notes are what was given and does nothing, and what is unsafe.
func (c *Config) notes(set map[string]bool) []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if set["user"] && !c.Search {
		say("user and password are ignored: users are bound by their own names. To have their entries searched first, give user as a distinguished name, and its password")
	}
	if !c.Search {
		for _, key := range []string{"user_objectclass", "query_scope"} {
			if set[key] {
				say("%s is ignored: it is for login search", key)
			}
		}
	}
	if c.GroupTreeDN == "" {
		for _, key := range []string{"group_member_attribute", "nested_groups"} {
			if set[key] {
				say("%s is ignored: without group_tree_dn groups are not searched, only memberOf of a user's entry counts", key)
			}
		}
	}
	if c.NoVerify {
		say("UNSAFE: tls_req_cert never: whoever answers in the directory's place gets to see every password. Give the authority's certificate as tls_cacertfile and tls_req_cert demand")
	}
	if !c.encrypted() && !c.local() {
		say("UNSAFE: passwords cross the network to %s in clear. Use ldaps:// or start_tls yes", c.URL)
	}
	if !c.encrypted() && set["tls_cacertfile"] {
		say("tls_cacertfile is ignored: the connection is not encrypted. Use ldaps:// or start_tls yes")
	}
	return out
}
