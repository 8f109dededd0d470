package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"calipso/webapi/auth"
	"calipso/webapi/auth/ldap"
)

// checkedUser is what a trial sign-in has found out.
type checkedUser struct {
	Notes []string       `json:"notes"`
	Steps []checkedStep  `json:"steps"`
	User  *auth.Identity `json:"user,omitempty"`
	Roles []string       `json:"roles"`
}

type checkedStep struct {
	Step  string  `json:"step"`
	Done  bool    `json:"done"`
	Ms    float64 `json:"ms"`
	Error string  `json:"error,omitempty"`
}

func userCheck(g *global) *cobra.Command {
	var ldapConfig, passwordFile string
	cmd := &cobra.Command{
		Use:   "check NAME",
		Short: "Try to sign in by the directory (LDAP), and say which step failed or what the user may do",
		Long: `Tries what the server does when a user of the directory signs in, from this
machine and with this configuration, and says of each step whether it worked.
No account is made. The password is asked for, or read from --password-file, or
from the first line of standard input. Exit code 1: the sign-in failed.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := g.config()
			if err != nil {
				return err
			}
			if ldapConfig != "" {
				cfg.Auth.LDAPConfig = ldapConfig
			}
			dir, notes, err := openDirectory(cfg.Auth, os.Environ())
			if err != nil {
				return err
			}
			password, err := g.askPassword(args[0], passwordFile)
			if err != nil {
				return err
			}
			return g.checkUser(cmd.Context(), dir, notes, args[0], password, directoryGroups(cfg.Auth.Groups))
		},
	}
	cmd.Flags().StringVar(&ldapConfig, "ldap-config", "", "file that says where the directory is (default: auth.ldap_config)")
	cmd.Flags().StringVar(&passwordFile, "password-file", "", "file whose first line is the password")
	return cmd
}

func (g *global) checkUser(ctx context.Context, dir *ldap.Directory, notes []string, name, password string, groups auth.GroupRoles) error {
	out := checkedUser{Notes: append([]string{}, notes...), Steps: []checkedStep{}, Roles: []string{}}
	for _, note := range notes {
		g.tell("note    %s\n", note)
	}
	who, err := dir.Try(ctx, name, password, func(s ldap.Step) {
		step := checkedStep{Step: s.Name, Done: s.Err == nil, Ms: float64(s.Took.Microseconds()) / 1000}
		word := "ok"
		if s.Err != nil {
			step.Error, word = s.Err.Error(), "FAILED"
		}
		out.Steps = append(out.Steps, step)
		g.tell("%-7s %s (%s)\n", word, s.Name, s.Took.Round(100*time.Microsecond))
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		g.tell("%s\n", err)
		if g.json {
			if len(out.Steps) == 0 {
				out.Steps = append(out.Steps, checkedStep{Step: "look at name and password", Error: err.Error()})
			}
			return errors.Join(g.printJSON(out), errNegative)
		}
		return errNegative
	}
	out.User, out.Roles = &who, append(out.Roles, groups.Stands(who.Groups)...)
	if g.json {
		return g.printJSON(out)
	}
	g.tell("user    %s\n", strings.Join(strings.Fields(who.Name+"  "+who.Display+"  "+who.Email), " "))
	for _, group := range who.Groups {
		g.tell("group   %s\n", group)
	}
	if len(out.Roles) == 0 {
		g.tell("roles   none: the user may sign in and sees nothing; see auth.groups in config print --default\n")
		return nil
	}
	g.tell("roles   %s\n", strings.Join(out.Roles, ", "))
	return nil
}

// tell prints a line for people.
func (g *global) tell(format string, args ...any) {
	if !g.json {
		fmt.Fprintf(g.out, format, args...)
	}
}

// askPassword is the password that a user has: from a file, else asked for on a
// terminal, else the first line of input.
func (g *global) askPassword(user, file string) (string, error) {
	if file != "" {
		f, err := os.Open(file)
		if err != nil {
			return "", fmt.Errorf("--password-file: %w", err)
		}
		defer f.Close()
		return firstLine(bufio.NewReader(f))
	}
	if f, ok := g.in.(*os.File); ok && terminal(f) {
		return g.ask(f, fmt.Sprintf("password of %s: ", user))
	}
	return firstLine(bufio.NewReader(g.in))
}
