// Record scans a real OpenStack and keeps what its APIs and hosts answered, in
// the form that the demonstration cloud and tests replay:
//
//	go run ./testdata/clouds/record --env lab.json --out testdata/clouds/NAME/STATE
//
// The environment document is one as calipso env add takes it. Passwords and
// tokens are not kept; look through the folder all the same before it is
// committed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"calipso/collect"
	"calipso/collect/collecttest"
	"calipso/collect/hostcli"
	"calipso/collect/openstack"
	"calipso/collect/scan"
	"calipso/graph"
	"calipso/graph/kv/memory"
)

// ports are where the services of an OpenStack without a load balancer listen.
var ports = map[string]string{"identity": "5000", "compute": "8774", "network": "9696", "placement": "8778", "image": "9292"}

func main() {
	envFile := flag.String("env", "", "environment document (JSON)")
	out := flag.String("out", "", "folder to write")
	master := flag.String("master", "", "name of the host behind section CLI, as the cloud calls it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := record(ctx, *envFile, *out, *master); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

func record(ctx context.Context, envFile, out, master string) error {
	if envFile == "" || out == "" || master == "" {
		return errors.New("give --env, --out and --master")
	}
	b, err := os.ReadFile(envFile)
	if err != nil {
		return err
	}
	doc, err := graph.ParseJSON(b)
	if err != nil {
		return err
	}
	env, err := graph.ParseEnvironment(doc)
	if err != nil {
		return err
	}
	api, ok := env.Section("OpenStack")
	if !ok {
		return errors.New("the document has no section OpenStack")
	}
	upstream := map[string]string{}
	for service, port := range ports {
		upstream[service] = "http://" + net.JoinHostPort(api.String("host"), port)
	}
	rest := collecttest.NewRESTRecorder(upstream, &http.Client{Timeout: time.Minute})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: rest, ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	base := url.URL{Scheme: "http", Host: l.Addr().String(), Path: "/identity/v3"}
	delete(api, "host")
	delete(api, "port")
	api["auth_url"] = base.String()

	var ssh collecttest.SSHRecorder
	rep, err := scanOnce(ctx, env, []collect.Provider{openstack.Provider{}, &hostcli.Provider{Record: ssh.Record}})
	if err != nil {
		return err
	}
	for _, p := range rep.Errors() {
		fmt.Fprintln(os.Stderr, "failed:", p.Name, p.Error)
	}
	fmt.Printf("%s: %d calls, %d added in %s\n", rep.Status, rep.Calls(), rep.Changes.Added, rep.End.Sub(rep.Start).Round(time.Millisecond))
	if err := srv.Close(); err != nil {
		return err
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	if err := rest.Save(filepath.Join(out, "rest")); err != nil {
		return err
	}
	return ssh.Save(filepath.Join(out, "ssh"), master)
}

func scanOnce(ctx context.Context, env *graph.Environment, providers []collect.Provider) (rep *scan.Report, err error) {
	store, err := graph.Open(ctx, memory.New(), graph.Options{Key: make([]byte, 32)})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return scan.New(store, scan.Options{Providers: providers}).Run(ctx, scan.Request{Env: env, ID: "record"})
}
