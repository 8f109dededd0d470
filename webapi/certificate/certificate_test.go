package certificate_test

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"calipso/webapi/certificate"
	"calipso/webapi/certificate/certificatetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client asks a server over connections of its own, and tells the serial number
// of the certificate it is shown.
func client(t *testing.T) func(url string) int64 {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} // the serial number tells which it is
	t.Cleanup(transport.CloseIdleConnections)
	return func(url string) int64 {
		t.Helper()
		resp, err := (&http.Client{Transport: transport}).Get(url)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			t.Fatal(err)
		}
		return resp.TLS.PeerCertificates[0].SerialNumber.Int64()
	}
}

// failures is what the metric says.
func failures(t *testing.T, c *certificate.Certificate) float64 {
	t.Helper()
	r := prometheus.NewRegistry()
	r.MustRegister(c)
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == "calipso_tls_reload_failures_total" {
			return f.GetMetric()[0].GetCounter().GetValue()
		}
	}
	t.Fatal("no such metric")
	return 0
}

// New files are shown to who connects from then on; open connections go on; bad
// files change nothing.
func TestReload(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := certificatetest.Write(t, dir, 1)
	c, err := certificate.Open(certFile, keyFile, certificate.Options{Every: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", c.Config())
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	if err := srv.Listener.Close(); err != nil {
		t.Fatal(err)
	}
	srv.Listener = l
	srv.Start()
	defer srv.Close()
	url := "https://" + l.Addr().String()
	ctx, cancel := context.WithCancel(t.Context())
	wake, done := make(chan os.Signal), make(chan error)
	go func() { done <- c.Run(ctx, wake) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	hup := func() {
		wake <- syscall.SIGHUP
		wake <- syscall.SIGHUP // is taken when the first has been seen to
	}

	old := client(t)
	if got := old(url); got != 1 {
		t.Fatalf("shows %d", got)
	}
	certificatetest.Write(t, dir, 2)
	hup()
	if got := client(t)(url); got != 2 {
		t.Errorf("after the signal it shows %d", got)
	}
	if got := old(url); got != 1 {
		t.Errorf("the open connection was not used on: %d", got)
	}
	if err := os.WriteFile(certFile, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	hup()
	if got := client(t)(url); got != 2 {
		t.Errorf("bad files: shows %d", got)
	}
	if got := failures(t, c); got < 1 { // the second signal may not be seen to yet
		t.Errorf("counts %v failures", got)
	}
	if _, err := certificate.Open(certFile, keyFile, certificate.Options{}); err == nil {
		t.Error("a server starts with files that will not do")
	}
}

// Files that change are noticed without a signal; a fault is counted once, not
// with every look.
func TestFollow(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := certificatetest.Write(t, dir, 1)
	synctest.Test(t, func(t *testing.T) {
		c, err := certificate.Open(certFile, keyFile, certificate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- c.Run(ctx, nil) }()
		shown := func() int64 {
			t.Helper()
			time.Sleep(11 * time.Second) // of the bubble's clock
			synctest.Wait()
			cert, err := c.Config().GetCertificate(nil)
			if err != nil {
				t.Fatal(err)
			}
			return cert.Leaf.SerialNumber.Int64()
		}
		certificatetest.Write(t, dir, 2)
		if got := shown(); got != 2 {
			t.Errorf("shows %d", got)
		}
		if err := os.Remove(keyFile); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if got := shown(); got != 2 {
				t.Errorf("without a key: shows %d", got)
			}
		}
		if got := failures(t, c); got != 1 {
			t.Errorf("counts %v failures", got)
		}
		certificatetest.Write(t, dir, 3)
		if got := shown(); got != 3 {
			t.Errorf("whole again: shows %d", got)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
