package graph

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Environment is one cloud we look at: how it is made and how to reach it
// (collection environments_config).
type Environment struct {
	Name EnvID
	// EnvironmentType is "OpenStack" unless the document says otherwise.
	EnvironmentType string
	Distribution    string
	Version         string // distribution_version
	// MechanismDrivers are in the documented spelling: OVS, LXB, OVN, SRIOV, VPP.
	MechanismDrivers []string
	TypeDrivers      []string
	// Sections are the entries of "configuration" by their name.
	Sections map[string]Attrs
	// Body is the whole document, with fields unknown to us, secrets wrapped.
	Body Attrs
}

// driverAliases maps names copied from ml2_conf.ini to the documented ones
// (rule DIS-07).
var driverAliases = map[string]string{
	"openvswitch": "OVS", "ovs": "OVS", "linuxbridge": "LXB", "lxb": "LXB",
	"sriovnicswitch": "SRIOV", "sriov": "SRIOV", "ovn": "OVN", "vpp": "VPP",
}

// ParseEnvironment checks an environment document and gives it types.
//
// Errors: *InvalidError naming every field that is wrong and what would be
// right.
func ParseEnvironment(doc Attrs) (*Environment, error) {
	body := wrapSecrets(map[string]any(doc.Clone())).(map[string]any)
	e := &Environment{
		Name:            EnvID(Attrs(body).String("name")),
		EnvironmentType: Attrs(body).String("environment_type"),
		Distribution:    Attrs(body).String("distribution"),
		TypeDrivers:     Attrs(body).Strings("type_drivers"),
		Sections:        map[string]Attrs{},
		Body:            body,
	}
	if e.EnvironmentType == "" {
		e.EnvironmentType = "OpenStack"
	}
	if v := Attrs(body).Strings("distribution_version"); len(v) > 0 {
		e.Version = v[0]
	}
	for _, d := range Attrs(body).Strings("mechanism_drivers") {
		if known, ok := driverAliases[strings.ToLower(d)]; ok {
			d = known
		}
		e.MechanismDrivers = append(e.MechanismDrivers, d)
	}
	var wrong []FieldError
	bad := func(field, reason string) { wrong = append(wrong, FieldError{field, reason}) }
	switch {
	case e.Name == "":
		bad("name", "is missing; give the environment a name")
	case strings.ContainsAny(string(e.Name), "/\x00"):
		bad("name", "may not contain a slash")
	}
	list, ok := body["configuration"].([]any)
	if !ok {
		bad("configuration", "is missing; give a list of sections such as {name: OpenStack, host, port, user, pwd}")
	}
	for i, entry := range list {
		at := fmt.Sprintf("configuration[%d]", i)
		sec, ok := entry.(map[string]any)
		if !ok {
			bad(at, "is no section; give an object with a name")
			continue
		}
		name := Attrs(sec).String("name")
		if name == "" {
			bad(at+".name", "is missing; give OpenStack, CLI, mysql, AMQP, ACI or Monitoring")
			continue
		}
		if _, twice := e.Sections[name]; twice {
			bad(at+".name", "occurs twice: "+strconv.Quote(name))
		}
		if p, has := sec["port"]; has && !validPort(p) {
			bad(at+".port", "is no port number (1 to 65535)")
		}
		e.Sections[name] = sec
	}
	misplaced("", body, bad)
	if len(wrong) > 0 {
		return nil, &InvalidError{What: fmt.Sprintf("environment %q", e.Name), Fields: wrong}
	}
	return e, nil
}

// Section is a configuration section by name; ok is false if there is none.
func (e *Environment) Section(name string) (s Attrs, ok bool) {
	s, ok = e.Sections[name]
	return s, ok
}

// HasDriver tells whether a mechanism driver is among the environment's.
func (e *Environment) HasDriver(driver string) bool {
	return slices.ContainsFunc(e.MechanismDrivers, func(d string) bool { return strings.EqualFold(d, driver) })
}

// Document is the environment as it is stored.
func (e *Environment) Document() *Document {
	return &Document{DocKey: DocKey{Environments, string(e.Name)}, Body: e.Body}
}

// Secret is the clear text of a secret member of a section, "" if absent. A
// plain text counts too.
func (a Attrs) Secret(key string) string {
	switch v := a[key].(type) {
	case Secret:
		return v.Reveal()
	case string:
		return v
	}
	return ""
}

func validPort(v any) bool {
	n := Attrs{"port": v}.Int("port")
	return n > 0 && n < 65536
}

// KeepSecrets takes secrets that a document shows masked from the stored one,
// so that a document which was read, edited and written back loses none. A
// section is matched by its name.
//
// Errors: *InvalidError naming each masked secret that the stored document does
// not have.
func (e *Environment) KeepSecrets(stored *Environment) error {
	var wrong []FieldError
	for _, sec := range e.Sections {
		name := sec.String("name")
		var old Attrs
		if stored != nil {
			old = stored.Sections[name]
		}
		keepMasked(name, sec, old, &wrong)
	}
	var rest Attrs // beside the sections
	if stored != nil {
		rest = stored.Body
	}
	sections := e.Body["configuration"]
	delete(e.Body, "configuration")
	keepMasked("", e.Body, rest, &wrong)
	if sections != nil {
		e.Body["configuration"] = sections
	}
	if len(wrong) > 0 {
		slices.SortFunc(wrong, func(a, b FieldError) int { return strings.Compare(a.Field, b.Field) })
		return &InvalidError{What: fmt.Sprintf("environment %q", e.Name), Fields: wrong}
	}
	return nil
}

func keepMasked(at string, m, old Attrs, wrong *[]FieldError) {
	for k, v := range m {
		to := strings.TrimPrefix(at+"."+k, ".")
		switch v := v.(type) {
		case Secret:
			if !IsMasked(v.Reveal()) {
				continue
			}
			s, ok := old[k].(Secret)
			if !ok {
				*wrong = append(*wrong, FieldError{to, "is masked, and no secret is stored for it; give it in clear"})
				continue
			}
			m[k] = s
		case map[string]any:
			keepMasked(to, v, old.Map(k), wrong)
		case []any:
			before, _ := old[k].([]any)
			for i, e := range v {
				var was map[string]any
				if i < len(before) {
					was, _ = before[i].(map[string]any)
				}
				if one, ok := e.(map[string]any); ok {
					keepMasked(fmt.Sprintf("%s[%d]", to, i), one, was, wrong)
				}
			}
		}
	}
}
