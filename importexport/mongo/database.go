package mongo

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"calipso/graph"
)

// Options say which database is meant and how to reach it.
type Options struct {
	// URI is a connection string: mongodb://user:password@host:port/database?…
	// with the options of MongoDB's documentation, but for those that name files.
	// Without a database it is DefaultDatabase.
	URI graph.Secret
	// CA are the certificates (PEM) that the server's must come from; with it,
	// TLS is used. Empty: those that the system trusts, if the URI wants TLS.
	CA string
	// Certificate is the client's certificate with its key (PEM), not locked by
	// a password; empty: none.
	Certificate graph.Secret
	// Wait is how long to look for a server; default 10 s, unless the URI says
	// serverSelectionTimeoutMS.
	Wait time.Duration
}

// wait is the default of Options.Wait.
const wait = 10 * time.Second

// Database is one database of a server that answers.
type Database struct {
	client  *mongo.Client
	db      *mongo.Database
	at      *address
	secrets []string
}

// Open connects to a database and asks its server for a sign of life.
//
// Errors: *AddressError; ErrUnreachable, ErrAuth, ErrTooOld.
func Open(ctx context.Context, opt Options) (*Database, error) {
	a, err := parseAddress(opt.URI.Reveal())
	if err != nil {
		return nil, err
	}
	if err := a.check(); err != nil {
		return nil, err
	}
	name := a.database
	if a.database == "" {
		name, a.database = DefaultDatabase, DefaultDatabase
	}
	d := &Database{at: a, secrets: a.secrets()}
	o := options.Client().SetAppName("calipso").SetServerSelectionTimeout(cmp.Or(opt.Wait, wait)).SetConnectTimeout(wait)
	o.ApplyURI(opt.URI.Reveal())
	if err := secure(o, opt); err != nil {
		return nil, err
	}
	if err := o.Validate(); err != nil {
		return nil, &AddressError{"cannot be used: " + d.hide(err.Error())}
	}
	if d.client, err = mongo.Connect(o); err != nil {
		return nil, &AddressError{"cannot be used: " + d.hide(err.Error())}
	}
	d.db = d.client.Database(name)
	if err := d.client.Ping(ctx, nil); err != nil {
		return nil, errors.Join(d.Explain(ctx, d.String(), err), d.Close())
	}
	return d, nil
}

// secure adds certificates to a connection.
func secure(o *options.ClientOptions, opt Options) error {
	if opt.CA == "" && opt.Certificate.IsZero() {
		return nil
	}
	if o.TLSConfig == nil {
		o.SetTLSConfig(&tls.Config{MinVersion: tls.VersionTLS12})
	}
	if opt.CA != "" {
		o.TLSConfig.RootCAs = x509.NewCertPool()
		if !o.TLSConfig.RootCAs.AppendCertsFromPEM([]byte(opt.CA)) {
			return &AddressError{"comes with an authority that is no certificate (PEM)"}
		}
	}
	if !opt.Certificate.IsZero() {
		pem := []byte(opt.Certificate.Reveal())
		pair, err := tls.X509KeyPair(pem, pem)
		if err != nil {
			return &AddressError{"comes with a client certificate that cannot be used; give certificate and key, unlocked, as PEM"}
		}
		o.TLSConfig.Certificates = []tls.Certificate{pair}
	}
	return nil
}

// Close ends the connections.
func (d *Database) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), wait) // whoever closes may have been cut short
	defer cancel()
	if err := d.client.Disconnect(ctx); err != nil {
		return fmt.Errorf("mongo: %s: %s", d, d.hide(err.Error()))
	}
	return nil
}

// Mongo is the database as the driver has it.
func (d *Database) Mongo() *mongo.Database { return d.db }

// String is the address without user name, password and options.
func (d *Database) String() string { return d.at.String() }

// hide takes the address's secrets out of a text.
func (d *Database) hide(text string) string {
	for _, s := range d.secrets {
		text = strings.ReplaceAll(text, s, graph.Secret{}.String())
	}
	return text
}
