package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// What a handler does when its answer is out is done before the command ends,
// also if the command did not read the answer.
func TestHandlersAreWaitedFor(t *testing.T) {
	var done atomic.Int32
	door := &handlerTransport{handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		defer done.Add(1)
		fmt.Fprint(w, strings.Repeat("x", 1<<20))
	})}
	client := &http.Client{Transport: door}
	for _, read := range []bool{true, false} {
		resp, err := client.Get("http://127.0.0.1/")
		if err != nil {
			t.Fatal(err)
		}
		if read {
			if b, err := io.ReadAll(resp.Body); err != nil || len(b) != 1<<20 {
				t.Errorf("%d bytes, %v", len(b), err)
			}
		}
	}
	door.finish()
	if done.Load() != 2 {
		t.Errorf("%d of 2 handlers have ended", done.Load())
	}
}

// A command without a server leaves its entry in the audit log.
func TestCommandsAreAudited(t *testing.T) {
	dir := t.TempDir()
	must(t, "--data-dir", dir, "constant", "list")
	if code, _, said := calipsoWith(t, "a long enough passphrase\n", "--data-dir", dir, "user", "add", "olga"); code != exitDone {
		t.Fatal(said)
	}
	if log := must(t, "--data-dir", dir, "audit"); !strings.Contains(log, "create-user") {
		t.Errorf("the log:\n%s", log)
	}
}
