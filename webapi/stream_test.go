package webapi_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"calipso/graph"
	"calipso/webapi"
	"calipso/webapi/webapitest"
)

// sse is an open stream.
type sse struct {
	t     *testing.T
	lines *bufio.Scanner
	body  io.Closer
	id    string // of the last event
}

func open(t *testing.T, s *webapitest.Test, as, query, last string) *sse {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // a test that hangs fails
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/api/v1/stream"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", s.Bearer(as))
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	resp, err := s.Client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != 200 || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		t.Fatalf("%s %s", resp.Status, resp.Header.Get("Content-Type"))
	}
	e := &sse{t: t, lines: bufio.NewScanner(resp.Body), body: resp.Body}
	t.Cleanup(func() { resp.Body.Close() })
	return e
}

// next is the next event: its kind and data. The greeting has neither.
func (e *sse) next() (kind, data string) {
	e.t.Helper()
	some := false
	for e.lines.Scan() {
		name, value, _ := strings.Cut(e.lines.Text(), ": ")
		switch {
		case name == "id":
			e.id, some = value, true
		case name == "event":
			kind, some = value, true
		case name == "data":
			data = value
		case e.lines.Text() == "" && some:
			return kind, data
		}
	}
	return "end", ""
}

// beat waits for the next sign of life.
func (e *sse) beat() {
	e.t.Helper()
	for e.lines.Scan() {
		if e.lines.Text() == ": beat" {
			return
		}
	}
	e.t.Fatal("the stream ended")
}

func (e *sse) want(kind string, contains ...string) {
	e.t.Helper()
	k, data := e.next()
	if k != kind {
		e.t.Fatalf("event %q %s, want %q", k, data, kind)
	}
	for _, c := range contains {
		if !strings.Contains(data, c) {
			e.t.Errorf("%s: %q is not in %s", kind, c, data)
		}
	}
}

func change(t *testing.T, s *webapitest.Test, env graph.EnvID, name string) {
	t.Helper()
	b := &graph.Batch{Put: []*graph.Vertex{{ID: graph.ID(name), Type: graph.Aggregate, Name: name}}}
	if _, err := s.Store.Commit(t.Context(), env, graph.Cause{Kind: graph.CauseEvent, ID: "e-" + name}, b); err != nil {
		t.Fatal(err)
	}
}

func TestStream(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	all := open(t, s, webapitest.ViewerName, "", "")
	all.want("")
	guest := open(t, s, webapitest.GuestName, "", "")
	guest.want("")
	vault := open(t, s, webapitest.ViewerName, "?env=vault", "")
	vault.want("")

	change(t, s, "vault", "gold")
	all.want("change", `"environment":"vault"`, `"op":"added","id":"gold","type":"aggregate"`, `"kind":"event","id":"e-gold"`)
	change(t, s, "lab", "one")
	all.want("change", `"environment":"lab"`)
	guest.want("change", `"environment":"lab"`, `"objects":{"added":1,"changed":0,"removed":0}`)
	vault.want("change", `"id":"gold"`)

	if _, err := s.Scans.Submit(t.Context(), webapi.ScanRequest{Env: "lab", Who: "edith"}); err != nil {
		t.Fatal(err)
	}
	guest.want("scan", `"status":"pending"`)
	s.Scans.Update("scan-1", func(st *webapi.ScanStatus) { st.Status, st.Progress.Done, st.Report = "running", 5, "long" })
	guest.want("scan", `"done":5`)

	message := &graph.Document{DocKey: graph.DocKey{Collection: graph.Messages, ID: "m1"}, Body: graph.Attrs{"level": "warn", "message": "agent down"}}
	if _, err := s.Store.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseMonitor}, &graph.Batch{PutDocs: []*graph.Document{message}}); err != nil {
		t.Fatal(err)
	}
	guest.want("message", `"agent down"`, `"id":"m1"`)
}

func TestStreamResumes(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{API: webapi.Options{Backlog: 3}})
	first := open(t, s, webapitest.ViewerName, "", "")
	first.want("")
	change(t, s, "lab", "one")
	first.want("change", `"one"`)
	seen := first.id
	first.body.Close()

	witness := open(t, s, webapitest.ViewerName, "", "")
	witness.want("")
	for _, name := range []string{"two", "three", "four"} {
		change(t, s, "lab", name)
		witness.want("change", name)
	}
	again := open(t, s, webapitest.ViewerName, "", seen)
	again.want("")
	for _, name := range []string{"two", "three", "four"} {
		again.want("change", name)
	}
	change(t, s, "lab", "five")
	witness.want("change", "five")
	late := open(t, s, webapitest.ViewerName, "", seen) // "two" is out of the ring
	late.want("")
	late.want("reset", "too long")
	late.want("change", "three")
	other := open(t, s, webapitest.ViewerName, "", "0123456789ab-7") // of another process
	other.want("reset", "anew")
}

// A stream ends when the account it speaks for does.
func TestStreamEndsWithItsAccount(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{API: webapi.Options{Heartbeat: time.Millisecond}})
	e := open(t, s, webapitest.GuestName, "", "")
	e.want("")
	if err := s.Accounts.Remove(t.Context(), "admin", webapitest.GuestName); err != nil {
		t.Fatal(err)
	}
	if kind, _ := e.next(); kind != "end" {
		t.Errorf("goes on with %q", kind)
	}
}

// A right that is taken away ends the view of an environment, not the stream.
func TestStreamHeedsRights(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{API: webapi.Options{Heartbeat: time.Millisecond}})
	e := open(t, s, webapitest.GuestName, "", "")
	e.want("")
	change(t, s, "lab", "one")
	e.want("change", "one")
	if err := s.Accounts.Grant(t.Context(), "admin", webapitest.GuestName, "lab", false, false); err != nil {
		t.Fatal(err)
	}
	if err := s.Accounts.Grant(t.Context(), "admin", webapitest.GuestName, "vault", true, false); err != nil {
		t.Fatal(err)
	}
	for i := 0; ; i++ { // until a beat has looked at the rights again
		change(t, s, "vault", "v"+strings.Repeat("x", i))
		change(t, s, "lab", "hidden"+strings.Repeat("x", i))
		if kind, data := e.next(); kind == "change" && strings.Contains(data, `"environment":"vault"`) {
			break
		}
	}
	e.beat() // the one after that knows of both changes
	change(t, s, "lab", "secret")
	change(t, s, "vault", "seen")
	for {
		_, data := e.next()
		if strings.Contains(data, `"seen"`) {
			break
		}
		if strings.Contains(data, `"secret"`) {
			t.Fatal("told of what may not be seen")
		}
	}
}
