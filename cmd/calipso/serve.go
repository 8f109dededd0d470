package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"calipso/configs"
	"calipso/webapi"
	"calipso/webapi/auth"
	"calipso/webapi/certificate"
)

func serveCommand(g *global) *cobra.Command {
	var listen, ldapConfig, methods string
	var withDemo bool
	var old *legacyFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the server until SIGTERM or Ctrl-C",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := g.config()
			if err != nil {
				return err
			}
			if listen != "" {
				cfg.Server.Listen = listen
			}
			if ldapConfig != "" {
				cfg.Auth.LDAPConfig = ldapConfig
			}
			if methods != "" {
				cfg.Auth.Methods = methods
			}
			old.apply(&cfg.Legacy)
			if err := cfg.Validate(); err != nil {
				return err
			}
			return g.serve(cmd.Context(), cfg, withDemo)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "", "address:port (default: see config print)")
	cmd.Flags().StringVar(&methods, "auth", "", "how people sign in: local, ldap, local,ldap, or none (everybody is administrator; loopback only) (default: local, and ldap if it is configured)")
	cmd.Flags().StringVar(&ldapConfig, "ldap-config", "", "file that says where the LDAP directory is, as the older Calipso's ldap.conf")
	old = newLegacyFlags(cmd)
	cmd.Flags().BoolVar(&withDemo, "demo", false, "start the demonstration cloud, add it, scan it")
	return cmd
}

func demoCommand(g *global) *cobra.Command {
	var listen string
	var old *legacyFlags
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run the server with the demonstration cloud on a temporary data directory",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			cfg, err := g.config()
			if err != nil {
				return err
			}
			if listen != "" {
				cfg.Server.Listen = listen
			}
			old.apply(&cfg.Legacy)
			if err := cfg.Validate(); err != nil {
				return err
			}
			if g.dataDir == "" {
				dir, err := os.MkdirTemp("", "calipso-demo-")
				if err != nil {
					return err
				}
				defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
				cfg.DataDir = dir
			}
			return g.serve(cmd.Context(), cfg, true)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "", "address:port (default: see config print)")
	old = newLegacyFlags(cmd)
	return cmd
}

// serve runs everything until ctx ends. All that runs is listed here.
func (g *global) serve(ctx context.Context, cfg *configs.Config, withDemo bool) (err error) {
	if err := webapi.CheckListen(cfg.Server.Listen, cfg.Server.TLSCert != "", cfg.Server.AllowPlain); err != nil {
		return err
	}
	log := g.logger(cfg.Log, false)
	var conf *tls.Config
	var cert *certificate.Certificate
	if cfg.Server.TLSCert != "" {
		if cert, err = certificate.Open(cfg.Server.TLSCert, cfg.Server.TLSKey, certificate.Options{Log: log}); err != nil {
			return fmt.Errorf("server.tls_cert: %w", err)
		}
		conf = cert.Config()
	}
	in, err := newWays(cfg, os.Environ(), log)
	if err != nil {
		return err
	}
	a, err := openServer(ctx, cfg, log, nobodyWaits, in)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.Server.Listen)
	if err != nil {
		return err
	}
	url := "http://" + l.Addr().String()
	if conf != nil {
		url = "https://" + l.Addr().String()
	}
	if a.password != "" {
		fmt.Fprintf(g.out, "first start: user admin, password %s (shown this once)\n", a.password)
	}
	forget, err := a.announce(ctx, url)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer forget()
	if err := a.checkRoles(ctx, cfg.Auth.Groups); err != nil {
		return errors.Join(err, l.Close())
	}

	group, ctx := errgroup.WithContext(ctx)
	if cert != nil {
		if err := a.api.Registry().Register(cert); err != nil {
			return errors.Join(err, l.Close())
		}
		hup := make(chan os.Signal, 1)
		signal.Notify(hup, syscall.SIGHUP)
		defer signal.Stop(hup)
		group.Go(func() error { return cert.Run(ctx, hup) })
	}
	a.background(ctx, group)
	group.Go(func() error { return a.times.Run(ctx) }) // not for one command, which would break its scans off
	group.Go(func() error { return a.nights.Run(ctx) })
	group.Go(func() error { return a.mirror.run(ctx) })
	group.Go(func() error { return a.api.Serve(ctx, l, conf) })
	if withDemo {
		d, err := newDemo(a, g.out)
		if err != nil {
			return errors.Join(err, l.Close())
		}
		group.Go(func() error { return d.run(ctx, url) })
	}
	fmt.Fprintf(g.out, "listening on %s\n", url)
	return group.Wait()
}

// announce lets commands on this machine find the server: its address and a
// token of its own go into the data directory while it runs.
func (a *app) announce(ctx context.Context, url string) (forget func(), err error) {
	admin, err := a.administrator(ctx)
	if err != nil {
		return nil, err
	}
	secret, token, err := a.accounts.CreateCommandToken(ctx, admin, "commands on this machine", 366*24*time.Hour)
	if err != nil {
		return nil, err
	}
	file := serverFile{URL: url, Token: secret.Reveal()}
	if a.cfg.Server.TLSCert != "" {
		if file.Cert, err = filepath.Abs(a.cfg.Server.TLSCert); err != nil {
			return nil, err
		}
	}
	if err := file.write(a.cfg.DataDir); err != nil {
		return nil, err
	}
	return func() {
		if err := errors.Join(os.Remove(serverFilePath(a.cfg.DataDir)), a.accounts.Revoke(context.WithoutCancel(ctx), admin, token.ID)); err != nil {
			a.log.Warn("server file", "err", err)
		}
	}, nil
}

// administrator names a user who may do everything.
func (a *app) administrator(ctx context.Context) (string, error) {
	users, err := a.accounts.Users(ctx)
	if err != nil {
		return "", err
	}
	for _, u := range users {
		if u.Administrator() && auth.RoleOf(u.Rights) == auth.Admin {
			return u.Name, nil
		}
	}
	return "", errors.New("no user is an administrator")
}
