package envdoc

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/reference"
)

// Check says what is wrong with an environment's document beyond what
// graph.ParseEnvironment does: which section, which field, what would be right.
// drivers are the values that drivers may have, by the names of constants.
//
// Errors: *graph.InvalidError.
func Check(e *graph.Environment, drivers map[string][]string) error {
	c := &complaints{}
	c.general(e)
	c.drivers(e, drivers)
	list, _ := e.Body["configuration"].([]any)
	for i, entry := range list {
		if sec, ok := entry.(map[string]any); ok {
			c.section(fmt.Sprintf("configuration[%d]", i), sec)
		}
	}
	for _, s := range sections { // none at all is a place kept for later
		if _, has := e.Section(s.name); !has && len(list) > 0 && s.env == e.EnvironmentType {
			c.add("configuration", "has no section %s, without which nothing is found in an environment of type %s", s.name, s.env)
		}
	}
	if _, has := e.Section("AMQP"); e.Body.Bool("listen") && !has {
		c.add("listen", "is true, and there is no section AMQP that says where to listen")
	}
	if len(c.wrong) == 0 {
		return nil
	}
	return &graph.InvalidError{What: fmt.Sprintf("environment %q", e.Name), Fields: c.wrong}
}

type complaints struct{ wrong []graph.FieldError }

func (c *complaints) add(field, reason string, args ...any) {
	c.wrong = append(c.wrong, graph.FieldError{Field: field, Reason: fmt.Sprintf(reason, args...)})
}

// unknown says that a text is none of some values, and which it comes closest to.
func (c *complaints) unknown(field, text, what string, right []string) {
	c.add(field, "%s", reference.Unlike(text, what, right))
}

// general looks at what stands beside the sections.
func (c *complaints) general(e *graph.Environment) {
	right, _ := catalog.ConstantValues("environment_types", "")
	if !slices.Contains(right, e.EnvironmentType) {
		c.unknown("environment_type", e.EnvironmentType, "environment type", right)
	}
	for _, f := range []string{"listen", "scanned", "enable_monitoring", "monitoring_setup_done", "aci_enabled"} {
		if v, has := e.Body[f]; has && v != nil {
			if _, ok := v.(bool); !ok {
				c.add(f, "is neither true nor false")
			}
		}
	}
	auth, has := e.Body["auth"]
	if !has || auth == nil {
		return
	}
	lists, ok := auth.(map[string]any)
	if !ok {
		c.add("auth", "is no object; give view-env and edit-env, each a list of users")
		return
	}
	for _, name := range slices.Sorted(maps.Keys(lists)) {
		if name != "view-env" && name != "edit-env" {
			c.unknown("auth."+name, name, "right", []string{"view-env", "edit-env"})
			continue
		}
		users, ok := lists[name].([]any)
		if !ok {
			c.add("auth."+name, "is no list of users")
		}
		for i, u := range users {
			if s, ok := u.(string); !ok || s == "" {
				c.add(fmt.Sprintf("auth.%s[%d]", name, i), "is no id or name of a user")
			}
		}
	}
}

// drivers looks for ones that nothing knows; clique types and the support
// matrix go by them.
func (c *complaints) drivers(e *graph.Environment, right map[string][]string) {
	for _, d := range []struct {
		field, what string
		values      []string
	}{{"mechanism_drivers", "mechanism driver", e.MechanismDrivers}, {"type_drivers", "type driver", e.TypeDrivers}} {
		for i, v := range d.values {
			known := right[d.field]
			if len(known) > 0 && !slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, v) }) {
				c.unknown(fmt.Sprintf("%s[%d]", d.field, i), v, d.what, known)
			}
		}
	}
}

// section looks at one entry of the configuration.
func (c *complaints) section(at string, sec graph.Attrs) {
	name := sec.String("name")
	s, ok := sectionOf(name)
	if !ok {
		c.unknown(at+".name", name, "section", sectionNames())
		return
	}
	has := func(field string) bool {
		switch v := sec[field].(type) {
		case nil:
			return false
		case string:
			return v != ""
		}
		return true
	}
	var missing []string
	for _, group := range s.needs {
		if slices.ContainsFunc(group, has) {
			continue
		}
		missing = append(missing, group...)
	}
	mistyped := map[string]bool{}
	for _, f := range slices.Sorted(maps.Keys(sec)) {
		if slices.Contains(s.fields(), f) {
			continue
		}
		// "password" is what samples of all times called it.
		meant := reference.Nearest(f, missing)
		if strings.EqualFold(f, "password") && slices.Contains(missing, "pwd") {
			meant = "pwd"
		}
		if meant != "" {
			c.add(at+"."+f, "section %s has no such field; did you mean %s?", name, meant)
			mistyped[meant] = true
		}
	}
	for _, group := range s.needs {
		if !slices.ContainsFunc(group, has) && !slices.ContainsFunc(group, func(f string) bool { return mistyped[f] }) {
			c.add(at+"."+group[0], "is missing in section %s; give %s", name, strings.Join(group, " or "))
		}
	}
	if host := sec.String("host"); strings.ContainsAny(host, "/ \t@") {
		c.add(at+".host", "%q is no name or address of a host; leave out scheme, port and path", host)
	}
	for _, f := range s.fields() {
		if v, given := sec[f]; given && strings.HasSuffix(f, "_port") && !isPort(v) {
			c.add(at+"."+f, "%v is no port number (1 to 65535)", v)
		}
	}
	for _, f := range []string{"key", "config_folder"} {
		if v := sec.String(f); v != "" && slices.Contains(s.fields(), f) && !strings.HasPrefix(v, "/") {
			c.add(at+"."+f, "%q is no absolute path", v)
		}
	}
	if name != "Monitoring" {
		return
	}
	for _, f := range []struct{ field, constant string }{{"provision", "environment_provision_types"}, {"env_type", "env_types"}, {"type", "environment_monitoring_types"}} {
		if right, _ := catalog.ConstantValues(f.constant, ""); has(f.field) && !slices.Contains(right, sec.String(f.field)) {
			c.unknown(at+"."+f.field, sec.String(f.field), "value that it can have", right)
		}
	}
}

func isPort(v any) bool {
	n := graph.Attrs{"port": v}.Int("port")
	return n > 0 && n < 65536
}
