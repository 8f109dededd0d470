package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"calipso/configs"
	"calipso/graph"
	"calipso/webapi"
	"calipso/webapi/auth"
	"calipso/webapi/auth/ldap"
	"calipso/webapi/auth/oidc"
)

// ways are the ways into a server. The zero value is that of a command, to which
// nobody signs in.
type ways struct {
	directories []auth.Directory
	groups      map[string]auth.GroupRoles
	oidc        *oidc.Provider
	noLocal     bool // accounts of the server's own cannot sign in
	everybody   bool // is let in without asking
}

// newWays prepares what the configuration names, and asks nobody yet: a directory
// or provider that is away stops no server. What is unsafe or does nothing is
// logged, once.
func newWays(c *configs.Config, environ []string, log *slog.Logger) (*ways, error) {
	w := &ways{everybody: c.Auth.Uses(configs.Nothing, false), groups: map[string]auth.GroupRoles{}}
	if w.everybody {
		log.Warn("UNSAFE: auth.methods none: everybody on this machine is administrator")
		return w, webapi.CheckListen(c.Server.Listen, false, false)
	}
	configured := directoryConfigured(c.Auth, environ)
	uses := c.Auth.Uses(configs.LDAP, configured)
	w.noLocal = !c.Auth.Uses(configs.Local, configured)
	if configured && !uses {
		log.Warn("a directory is configured and not used, since auth.methods does not name ldap", "methods", c.Auth.Methods)
	}
	if uses {
		dir, notes, err := openDirectory(c.Auth, environ)
		for _, note := range notes {
			log.Warn("ldap: " + note)
		}
		if err != nil {
			return nil, err
		}
		w.directories = append(w.directories, dir)
		w.groups[dir.Name()] = directoryGroups(c.Auth.Groups)
	}
	if c.Auth.OIDC.On() {
		cfg, err := c.Auth.OIDC.Provider()
		if err != nil {
			return nil, err
		}
		if w.oidc, err = oidc.New(cfg); err != nil {
			return nil, err
		}
		w.groups[webapi.OIDCSource] = c.Auth.Groups
	}
	if len(w.groups) > 0 && len(c.Auth.Groups) == 0 {
		log.Warn("auth.groups is empty: who signs in by a directory or provider sees nothing until a group stands for a role")
	}
	return w, nil
}

func directoryConfigured(c configs.Auth, environ []string) bool {
	return c.LDAPConfig != "" || ldap.Named(environ)
}

// openDirectory reads where the directory is.
func openDirectory(c configs.Auth, environ []string) (dir *ldap.Directory, notes []string, err error) {
	if !directoryConfigured(c, environ) {
		return nil, nil, errors.New("no directory is configured: give --ldap-config FILE, auth.ldap_config, or CALIPSO_LDAP_SERVICE_USER_TREE_DN and CALIPSO_LDAP_SERVICE_USER_ID_ATTRIBUTE")
	}
	cfg, notes, err := ldap.Load(c.LDAPConfig, environ)
	if err != nil {
		return nil, notes, err
	}
	dir, err = ldap.New(cfg)
	return dir, notes, err
}

// directoryGroups has distinguished names in the form in which the directory's
// groups are given.
func directoryGroups(groups map[string][]string) auth.GroupRoles {
	out := auth.GroupRoles{}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		canonical := ldap.Canonical(name)
		out[canonical] = append(out[canonical], groups[name]...)
	}
	return out
}

// checkRoles warns of roles that groups stand for and that nobody has made.
func (a *app) checkRoles(ctx context.Context, groups map[string][]string) error {
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		for _, role := range groups[group] {
			if strings.Contains(role, ":") {
				continue
			}
			_, err := a.accounts.Definition(ctx, auth.Role(role))
			if errors.Is(err, graph.ErrNotFound) {
				a.log.Warn("auth.groups: there is no such role, so it gives nothing", "group", group, "role", role)
			} else if err != nil {
				return err
			}
		}
	}
	return nil
}

// letEverybodyIn makes the token by which requests without one are let in, and a
// function that takes it back.
func (a *app) letEverybodyIn(ctx context.Context) (graph.Secret, func() error, error) {
	admin, err := a.administrator(ctx)
	if err != nil {
		return graph.Secret{}, nil, err
	}
	secret, token, err := a.accounts.CreateToken(ctx, admin, "everybody on this machine", 366*24*time.Hour)
	if err != nil {
		return graph.Secret{}, nil, fmt.Errorf("auth.methods none: %w", err)
	}
	return secret, func() error { return a.accounts.Revoke(context.WithoutCancel(ctx), admin, token.ID) }, nil
}
