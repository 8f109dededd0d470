// Command server runs the API with a drawn cloud in memory, for tests of the
// web UI in a browser and for working on it:
//
//	go run ./webapi/ui/test/server -listen 127.0.0.1:8099 -ui webapi/ui/static
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"calipso/graph"
	"calipso/webapi"
	"calipso/webapi/webapitest"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func run() error {
	listen := flag.String("listen", "127.0.0.1:0", "loopback address to answer on")
	ui := flag.String("ui", "", "serve the UI from this folder")
	hosts := flag.Int("hosts", 2, "hosts of the cloud")
	instances := flag.Int("instances", 3, "instances on each host")
	flag.Parse()
	if err := webapi.CheckListen(*listen, false, false); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.MkdirTemp("", "calipso-ui-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := webapitest.New(ctx, webapitest.Options{
		Dir: dir, Hosts: *hosts, Instances: *instances,
		API: webapi.Options{UIDir: *ui, Version: "test", Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))},
	})
	if err != nil {
		return err
	}
	defer s.Close()
	if err := retire(ctx, s.Store); err != nil {
		return err
	}
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	fmt.Printf("listening on http://%s\n", l.Addr())
	return s.Serve(ctx, l)
}

// retire adds a host to the cloud and takes it away again, so that there is
// something to look at that is gone.
func retire(ctx context.Context, st *graph.Store) error {
	host := &graph.Vertex{ID: "node-old", Type: graph.Host, Name: "old node"}
	for _, b := range []*graph.Batch{{Put: []*graph.Vertex{host}}, {Delete: []graph.ID{host.ID}}} {
		if _, err := st.Commit(ctx, webapitest.EnvName, graph.Cause{Kind: graph.CauseImport, ID: "drawn"}, b); err != nil {
			return err
		}
	}
	return nil
}
