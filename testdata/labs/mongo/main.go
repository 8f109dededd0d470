// Lab-mongo is a server that speaks MongoDB's protocol, for tests on machines
// without a mongod: FerretDB as a library over SQLite, on one loopback address.
// It has no accounts and no transactions. SIGTERM ends it.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:27117", "address; port 0: any")
	dir := flag.String("data", "", "folder of the data, made if there is none")
	cert := flag.String("tls-cert", "", "certificate (PEM); with it the address speaks TLS")
	key := flag.String("tls-key", "", "key of the certificate (PEM)")
	ca := flag.String("tls-ca", "", "authority that clients' certificates must come from (PEM); empty: none is asked for")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *listen, *dir, *cert, *key, *ca); err != nil {
		fmt.Fprintln(os.Stderr, "lab-mongo:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends. The line "ready URI" on standard output says that
// clients are heard.
func run(ctx context.Context, listen, dir, cert, key, ca string) error {
	if dir == "" {
		return fmt.Errorf("-data is missing")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	cfg := &ferretdb.Config{
		Handler: "sqlite", SQLiteURL: "file:" + dir + "/",
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	}
	if cert != "" {
		cfg.Listener = ferretdb.ListenerConfig{TLS: listen, TLSCertFile: cert, TLSKeyFile: key, TLSCAFile: ca}
	} else {
		cfg.Listener.TCP = listen
	}
	s, err := ferretdb.New(cfg)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	fmt.Println("ready", s.MongoDBURI()) // known once Run listens
	return <-done
}
