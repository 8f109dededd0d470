//go:build unix

package main

import (
	"crypto/tls"
	"strings"
	"syscall"
	"testing"

	"calipso/webapi/certificate/certificatetest"
)

// TestCertificateIsReadAgain puts new files in the place of a server's certificate
// and tells it so.
func TestCertificateIsReadAgain(t *testing.T) {
	dir, data := t.TempDir(), t.TempDir()
	certFile, keyFile := certificatetest.Write(t, dir, 1)
	t.Setenv("CALIPSO_SERVER_TLS_CERT", certFile)
	t.Setenv("CALIPSO_SERVER_TLS_KEY", keyFile)
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data-dir", data, "--log-level", "info")
	_, addr, _ := strings.Cut(p.until("listening on "), "https://")
	serial := func() int64 {
		t.Helper()
		conn, err := tls.Dial("tcp", strings.TrimSpace(addr), &tls.Config{InsecureSkipVerify: true}) // the serial number tells which it is
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
	}
	if got := serial(); got != 1 {
		t.Fatalf("shows %d", got)
	}
	certificatetest.Write(t, dir, 2)
	if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	p.until("certificate read")
	if got := serial(); got != 2 {
		t.Errorf("shows %d", got)
	}
	if out := must(t, "--data-dir", data, "user", "list"); !strings.Contains(out, "admin") { // commands trust the file
		t.Error(out)
	}
}
