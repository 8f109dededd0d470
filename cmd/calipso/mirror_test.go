package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"calipso/testdata/labs/mongolab"
	"calipso/webapi"
)

// TestMirror: without a MongoDB the commands say so; with one a server keeps it
// in step, tells how far it is, and never says the password.
func TestMirror(t *testing.T) {
	dir := t.TempDir()
	on := func(args ...string) []string { return append([]string{"--data-dir", dir}, args...) }
	if out := must(t, on("mirror", "status")...); !strings.Contains(out, "off: no MongoDB is configured") {
		t.Error(out)
	}
	if code, _, errOut := calipso(t, on("mirror", "rebuild")...); code != exitError || !strings.Contains(errOut, "mongo.uri") {
		t.Errorf("exit %d: %s", code, errOut)
	}
	t.Setenv("CALIPSO_MONGO_URI", "mongodb://u:hushhush@127.0.0.1:1/x?serverSelectionTimeoutMS=200")
	if code, out, errOut := calipso(t, on("mirror", "status")...); code != exitNegative || !strings.Contains(out, "stopped") || !strings.Contains(out, "no MongoDB can be reached") || strings.Contains(out+errOut, "hushhush") {
		t.Errorf("exit %d: %s%s", code, out, errOut)
	}
	t.Setenv("CALIPSO_MONGO_URI", "mongodb:/hushhush")
	if code, out, errOut := calipso(t, on("mirror", "status")...); code != exitError || !strings.Contains(errOut, "mongo.uri") || strings.Contains(out+errOut, "hushhush") {
		t.Errorf("exit %d: %s%s", code, out, errOut)
	}

	server := mongolab.Own(t, mongolab.Options{})
	if err := os.Setenv("CALIPSO_MONGO_URI", server.URI("calipso")); err != nil { // as Setenv above undoes it
		t.Fatal(err)
	}
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "warn")
	p.until("listening on")
	p.drain()
	inStep := func(written int64) webapi.MirrorStatus {
		t.Helper()
		for {
			s := mustJSON[webapi.MirrorStatus](t, on("mirror", "status")...)
			if s.State == "in step" && s.Commits == 0 && s.Written >= written {
				return s
			}
			select {
			case <-time.After(50 * time.Millisecond):
			case <-t.Context().Done():
				t.Fatalf("%+v", s)
			}
		}
	}
	s := inStep(1)
	if len(s.Envs) != 1 || s.Envs[0].At == nil || s.Failing != 0 || !strings.HasSuffix(s.MongoDB, "/calipso inventory") {
		t.Errorf("%+v", s)
	}
	if out := must(t, on("mirror", "rebuild")...); !strings.Contains(out, "going to be compared") {
		t.Error(out)
	}
	inStep(s.Written)
	if code := p.terminate(); code != exitDone {
		t.Errorf("exit %d", code)
	}
}
