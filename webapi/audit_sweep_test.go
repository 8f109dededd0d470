package webapi_test

import (
	"context"
	"net"
	"testing"
	"time"

	"calipso/webapi/audit"
	"calipso/webapi/webapitest"
)

// A server removes old entries by itself.
func TestOldAuditEntriesGo(t *testing.T) {
	s, err := webapitest.New(t.Context(), webapitest.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	now := audit.New(s.Store, audit.Options{})
	past := audit.New(s.Store, audit.Options{Clock: func() time.Time { return time.Now().AddDate(-3, 0, 0) }})
	for action, k := range map[string]*audit.Keeper{"old": past, "new": now} {
		if err := k.Write(t.Context(), audit.Entry{Action: action}); err != nil {
			t.Fatal(err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	for left := []string(nil); len(left) != 1; {
		changed := s.Store.Changed()
		left = nil
		for e, err := range now.Entries(t.Context(), audit.Query{}) {
			if err != nil {
				t.Fatal(err)
			}
			left = append(left, e.Action)
		}
		if len(left) == 1 && left[0] != "new" {
			t.Errorf("left: %q", left)
		}
		if len(left) > 1 {
			<-changed
		}
	}
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
