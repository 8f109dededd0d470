package mongo_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"calipso/graph"
	"calipso/importexport/mongo"
	"calipso/testdata/labs/mongolab"
)

// authority signs certificates for one test.
type authority struct {
	t    *testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	a := &authority{t: t, dir: t.TempDir()}
	a.cert, a.key = a.sign("ca", &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	return a
}

// sign makes name.pem and name.key.pem; the first is signed by itself.
func (a *authority) sign(name string, c *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	c.SerialNumber, c.Subject = big.NewInt(time.Now().UnixNano()), pkix.Name{CommonName: name}
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		a.t.Fatal(err)
	}
	a.write(name+".pem", &pem.Block{Type: "CERTIFICATE", Bytes: der})
	a.write(name+".key.pem", &pem.Block{Type: "PRIVATE KEY", Bytes: raw})
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return cert, key
}

func (a *authority) write(file string, b *pem.Block) {
	if err := os.WriteFile(filepath.Join(a.dir, file), pem.EncodeToMemory(b), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

// TestTLS holds a connection to the certificates of both sides.
func TestTLS(t *testing.T) {
	a := newAuthority(t)
	a.sign("cert", &x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	a.sign("client", &x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	if err := os.Rename(filepath.Join(a.dir, "cert.key.pem"), filepath.Join(a.dir, "key.pem")); err != nil {
		t.Fatal(err)
	}
	s := mongolab.Own(t, mongolab.Options{TLS: a.dir})
	file := func(name string) string { return filepath.Join(a.dir, name) }
	address := s.URI("calipso") + "?serverSelectionTimeoutMS=2000&tls=true"
	client := "&tlsCertificateFile=" + file("client.pem") + "&tlsPrivateKeyFile=" + file("client.key.pem")

	for _, c := range []struct{ uri, says string }{
		{address + "&tlsCAFile=" + file("ca.pem") + client, ""},
		{address + client, "certificate"},                            // nobody vouches for the server
		{address + "&tlsCAFile=" + file("ca.pem"), "can be reached"}, // no certificate of ours
		{strings.Replace(address, "&tls=true", "", 1), "can be reached"},
		{address + "&tlsCAFile=" + file("nothing.pem"), "nothing.pem"},
		{address + "&tlsCAFile=" + file("key.pem"), "no certificate"},
		{address + "&tlsCertificateKeyFile=" + file("ca.pem"), "client certificate"},
		{address + "&tlsCertificateKeyFilePassword=x", "locked"},
	} {
		opt, err := mongo.Local(c.uri)
		if err == nil {
			var d *mongo.Database
			if d, err = mongo.Open(t.Context(), opt); err == nil {
				err = d.Close()
			}
		}
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %v, want %q", c.uri, err, c.says)
		}
	}
	opt, err := mongo.Local("mongodb://olga:pw%2F1@h1:1,h2:2/d?tlsCAFile=" + file("ca.pem") + "&replicaSet=rs0")
	if err != nil || opt.URI.Reveal() != "mongodb://olga:pw%2F1@h1:1,h2:2/d?replicaset=rs0" || !strings.Contains(opt.CA, "BEGIN CERTIFICATE") {
		t.Errorf("%q, %v", opt.URI.Reveal(), err)
	}
	if _, err := mongo.Open(t.Context(), mongo.Options{URI: graph.NewSecret(address), CA: "x"}); !errors.As(err, new(*mongo.AddressError)) {
		t.Errorf("an authority that is none: %v", err)
	}
}
