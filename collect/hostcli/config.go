package hostcli

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"calipso/collect"
	"calipso/collect/hostcli/remote"
	"calipso/graph"
)

// sectionName is the configuration section that belongs to this package.
const sectionName = "CLI"

// settings is the CLI section with its types.
//
//	host, port, user, pwd, key, key_text, key_passphrase   the master host
//	host_user, host_pwd, host_key                 login on the hosts behind it
//	hosts            exceptions by host name: address, port, user, pwd, key, …
//	host_addresses   name → address, for names the master does not know
//	jump_mode        auto, direct (through a channel), exec (ssh on the master)
//	known_hosts, host_key_policy (strict, tofu), legacy_algorithms
//	sudo             auto (unless the user is root), always, never
//	pnic_include, pnic_exclude, scan_all_bridges  what to look at
//
// cli_translation, pnic_include, pnic_exclude and scan_all_bridges may also
// stand beside "configuration" in the environment document.
type settings struct {
	remote      remote.Config
	sudo        string
	include     []string // glob patterns of NICs that count as physical
	exclude     []string
	allBridges  bool
	translation translation
	named       []string // hosts that the section names, sorted
}

// parseSettings reads the CLI section.
//
// Errors: *graph.InvalidError with every complaint at once.
func parseSettings(env *graph.Environment, stateDir string) (*settings, error) {
	sec, ok := env.Section(sectionName)
	var wrong []graph.FieldError
	bad := func(field, reason string) {
		wrong = append(wrong, graph.FieldError{Field: "configuration " + sectionName + "." + field, Reason: reason})
	}
	if !ok {
		bad("name", "the section is missing")
		return nil, &graph.InvalidError{What: fmt.Sprintf("environment %q", env.Name), Fields: wrong}
	}
	one := func(field string, allowed ...string) string {
		v := sec.String(field)
		if v == "" {
			return allowed[0]
		}
		if !slices.Contains(allowed, v) {
			bad(field, fmt.Sprintf("%q is none of %s", v, strings.Join(allowed, ", ")))
		}
		return v
	}
	s := &settings{
		sudo:        one("sudo", "auto", "always", "never"),
		include:     patterns(sec, env.Body, "pnic_include", bad),
		exclude:     patterns(sec, env.Body, "pnic_exclude", bad),
		allBridges:  sec.Bool("scan_all_bridges") || env.Body.Bool("scan_all_bridges"),
		translation: translationFor(env),
	}
	s.remote = remote.Config{
		Address: sec.String("host"),
		Port:    int(sec.Int("port")),
		Jump:    remote.Jump(one("jump_mode", "auto", "direct", "exec")),
		Hosts:   map[string]remote.Host{},
		Legacy:  sec.Bool("legacy_algorithms"),
	}
	if s.remote.Address == "" {
		bad("host", "is missing; give the master host's name or address")
	}
	s.remote.Master = login(sec, "user", "pwd", "key", bad)
	if s.remote.Master.User == "" {
		bad("user", "is missing; give the user to log in as")
	}
	if s.remote.Master.Password.IsZero() && s.remote.Master.Key.IsZero() && len(wrong) == 0 {
		bad("pwd", "is missing; give pwd, key (a path) or key_text")
	}
	if sec.String("host_user") != "" || sec.String("host_key") != "" || sec.Secret("host_pwd") != "" {
		l := over(s.remote.Master, login(sec, "host_user", "host_pwd", "host_key", bad))
		s.remote.Behind = &l
	}
	for name, addr := range sec.Map("host_addresses") {
		text, _ := addr.(string)
		if text == "" {
			bad("host_addresses."+name, "is no address")
		}
		s.remote.Hosts[name] = remote.Host{Address: text}
	}
	for name, h := range hostSections(sec) {
		at := "hosts." + name + "."
		host := s.remote.Hosts[name]
		if a := h.String("address"); a != "" {
			host.Address = a
		} else if a := h.String("host"); a != "" {
			host.Address = a
		}
		host.Port = int(h.Int("port"))
		l := login(h, "user", "pwd", "key", func(f, reason string) { bad(at+f, reason) })
		if l != (remote.Login{}) {
			base := s.remote.Master
			if s.remote.Behind != nil {
				base = *s.remote.Behind
			}
			l = over(base, l)
			host.Login = &l
		}
		s.remote.Hosts[name] = host
	}
	s.named = slices.Sorted(maps.Keys(s.remote.Hosts))
	for _, name := range append([]string{s.remote.Address}, s.named...) {
		if !hostWord(name) || !hostWord(s.remote.Hosts[name].Address) {
			bad("hosts."+name, "is no host name or address")
		}
	}
	known := sec.String("known_hosts")
	remembered := ""
	if stateDir != "" {
		remembered = filepath.Join(stateDir, "known_hosts."+string(env.Name))
	}
	switch one("host_key_policy", "strict", "tofu") {
	case "strict":
		s.remote.Keys = remote.StrictHostKeys(known, remembered)
	case "tofu":
		if remembered == "" {
			bad("host_key_policy", "tofu has nowhere to remember keys; give known_hosts and use strict")
		}
		s.remote.Keys = remote.TrustOnFirstUse(remembered, known)
	}
	if len(wrong) > 0 {
		return nil, &graph.InvalidError{What: fmt.Sprintf("environment %q", env.Name), Fields: wrong}
	}
	return s, nil
}

// login reads who to be; an unreadable key file is a complaint about its field.
func login(sec graph.Attrs, user, pwd, key string, bad func(field, reason string)) remote.Login {
	l := remote.Login{
		User:       sec.String(user),
		Password:   graph.NewSecret(sec.Secret(pwd)),
		Key:        graph.NewSecret(sec.Secret(key + "_text")),
		Passphrase: graph.NewSecret(sec.Secret(key + "_passphrase")),
	}
	if p := sec.String(key); p != "" && l.Key.IsZero() {
		text, err := os.ReadFile(p)
		if err != nil {
			bad(key, fmt.Sprintf("key file: %v", err))
		}
		l.Key = graph.NewSecret(string(text))
	}
	if !l.Key.IsZero() {
		if _, err := remote.ParseKey(l); err != nil {
			bad(key, err.Error())
		}
	}
	return l
}

// over lays what a login says over another one.
func over(base, l remote.Login) remote.Login {
	if l.User == "" {
		l.User = base.User
	}
	if l.Password.IsZero() && l.Key.IsZero() {
		l.Password, l.Key, l.Passphrase = base.Password, base.Key, base.Passphrase
	}
	return l
}

// hostSections reads "hosts" in both shapes: an object by host name, or a list
// of objects with a name.
func hostSections(sec graph.Attrs) map[string]graph.Attrs {
	out := map[string]graph.Attrs{}
	for name, v := range sec.Map("hosts") {
		if m, ok := v.(map[string]any); ok {
			out[name] = m
		}
	}
	for _, m := range sec.Maps("hosts") {
		if name := m.String("name"); name != "" {
			out[name] = m
		}
	}
	return out
}

// hostWord tells whether a text can be a host name or address; nothing else
// may reach a command line.
func hostWord(s string) bool {
	return !strings.HasPrefix(s, "-") && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:_-%") == ""
}

func patterns(sec, body graph.Attrs, field string, bad func(field, reason string)) []string {
	list := sec.Strings(field)
	if len(list) == 0 {
		list = body.Strings(field)
	}
	for _, p := range list {
		if _, err := path.Match(p, ""); err != nil {
			bad(field, fmt.Sprintf("%q is no pattern such as eth*", p))
		}
	}
	return list
}

var _ collect.Provider = (*Provider)(nil)
