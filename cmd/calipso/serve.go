package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"calipso/configs"
	"calipso/webapi"
	"calipso/webapi/auth"
)

func serveCommand(g *global) *cobra.Command {
	var listen string
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
			old.apply(&cfg.Legacy)
			if err := cfg.Validate(); err != nil {
				return err
			}
			return g.serve(cmd.Context(), cfg, withDemo)
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "", "address:port (default: see config print)")
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
	var conf *tls.Config
	if cfg.Server.TLSCert != "" {
		cert, err := tls.LoadX509KeyPair(cfg.Server.TLSCert, cfg.Server.TLSKey)
		if err != nil {
			return fmt.Errorf("server.tls_cert: %w", err)
		}
		conf = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	}
	log := g.logger(cfg.Log, false)
	a, err := openApp(ctx, cfg, log, nobodyWaits)
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

	group, ctx := errgroup.WithContext(ctx)
	a.background(ctx, group)
	group.Go(func() error { return a.times.Run(ctx) }) // not for one command, which would break its scans off
	group.Go(func() error { return a.nights.Run(ctx) })
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
	secret, token, err := a.accounts.CreateToken(ctx, admin, "commands on this machine", 366*24*time.Hour)
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
