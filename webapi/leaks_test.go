package webapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"calipso/webapi"
	"calipso/webapi/webapitest"
)

// heard is a test whose complaints are kept, and which ends when it is told to.
type heard struct {
	testing.TB
	said strings.Builder
	ends []func()
}

func (h *heard) Errorf(format string, args ...any) { fmt.Fprintf(&h.said, format+"\n", args...) }
func (h *heard) Cleanup(f func())                  { h.ends = append(h.ends, f) }

func (h *heard) end() string {
	for len(h.ends) > 0 {
		last := len(h.ends) - 1
		f := h.ends[last]
		h.ends = h.ends[:last]
		f()
	}
	return h.said.String()
}

type spilling struct{ webapi.Transfer }

func (spilling) Export(_ context.Context, _ webapi.ExportRequest, to io.Writer) error {
	_, err := io.WriteString(to, `{"pwd":"topsecret"}`)
	return err
}

// Every test of the API is watched: one whose server shows a password, in an
// answer or in a line of the log that is not even printed, fails.
func TestLeaksAreSeen(t *testing.T) {
	h := &heard{TB: t}
	s := webapitest.Start(h, webapitest.Options{API: webapi.Options{
		Log:      slog.New(slog.DiscardHandler),
		Ready:    func(context.Context) error { return errors.New("dial calipso:topsecret@tcp(db:3306)") },
		Transfer: spilling{},
	}})
	for path, want := range map[string]int{"/readyz": 503, "/api/v1/environments/lab/export": 200} {
		if status, _, _ := s.Send(t, webapitest.Scenario{Path: path}, s.Bearer(webapitest.AdminName)); status != want {
			t.Errorf("%s: status %d", path, status)
		}
	}
	said := h.end()
	for _, place := range []string{"log", "answer of GET /api/v1/environments/lab/export"} {
		if strings.Count(said, "leak: "+place+" shows") != 1 {
			t.Errorf("said nothing of %s: %q", place, said)
		}
	}
	if strings.Contains(said, "topsecret") {
		t.Errorf("said %q", said)
	}
}
