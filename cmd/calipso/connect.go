package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/user"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"calipso/graph"
)

// withClient calls f with a client for the server named by --server, else for
// the one that holds the data directory, else for the data directory itself,
// opened in this process.
func (g *global) withClient(ctx context.Context, f func(context.Context, *client) error) error {
	token, err := g.readToken()
	if err != nil {
		return err
	}
	if g.server != "" {
		if !strings.HasPrefix(g.server, "http://") && !strings.HasPrefix(g.server, "https://") {
			return fmt.Errorf("--server %q is no URL; give one such as http://127.0.0.1:8080", g.server)
		}
		return f(ctx, &client{http: http.DefaultClient, base: strings.TrimRight(g.server, "/"), token: token})
	}
	cfg, err := g.config()
	if err != nil {
		return err
	}
	a, err := openApp(ctx, cfg, g.logger(cfg.Log, true), nobodyElse)
	if errors.Is(err, graph.ErrLocked) {
		file, ferr := readServerFile(cfg.DataDir)
		if ferr != nil || file == nil {
			return errors.Join(err, ferr)
		}
		return g.withServerFile(ctx, file, f)
	}
	if err != nil {
		return err
	}
	if a.password != "" {
		fmt.Fprintf(g.err, "new data directory %s: user admin, password %s (shown this once)\n", cfg.DataDir, a.password)
	}
	return errors.Join(a.here(ctx, f), a.close())
}

func (g *global) withServerFile(ctx context.Context, file *serverFile, f func(context.Context, *client) error) error {
	c := &client{http: http.DefaultClient, base: file.URL, token: file.Token}
	if file.Cert != "" {
		pem, err := os.ReadFile(file.Cert)
		if err != nil {
			return err
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(pem)
		conf := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12, ServerName: nameIn(pem)}
		c.http = &http.Client{Transport: &http.Transport{TLSClientConfig: conf}}
	}
	return f(ctx, c)
}

// systemUser names who runs this process, as far as the system tells.
func systemUser() string {
	u, err := user.Current()
	if err != nil {
		return fmt.Sprintf("uid %d", os.Getuid())
	}
	return u.Username
}

// here calls f with a client of this process.
func (a *app) here(ctx context.Context, f func(context.Context, *client) error) error {
	admin, err := a.administrator(ctx)
	if err != nil {
		return err
	}
	secret, token, err := a.accounts.CreateCommandToken(ctx, admin, "one command of "+systemUser(), time.Hour)
	if err != nil {
		return err
	}
	defer func() {
		if err := a.accounts.Revoke(context.WithoutCancel(ctx), admin, token.ID); err != nil {
			a.log.Warn("token of this command", "err", err)
		}
	}()
	bg, stop := context.WithCancel(ctx)
	var group errgroup.Group
	a.background(bg, &group)
	group.Go(func() error { return a.api.Run(bg) })
	err = a.ready(ctx)
	if err == nil {
		door := &handlerTransport{handler: a.api}
		err = f(ctx, &client{http: &http.Client{Transport: door}, base: "http://127.0.0.1", token: secret.Reveal()})
		door.finish()
	}
	stop()
	if bgErr := group.Wait(); !errors.Is(bgErr, context.Canceled) {
		err = errors.Join(err, bgErr)
	}
	return err
}
