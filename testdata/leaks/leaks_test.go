package leaks_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"calipso/testdata/leaks"
)

const planted = "s3cr3t-word"

var madeUp = "cal_" + strings.Repeat("aB3-_x", 7) + "Z"

// What is planted is found, however it is spelled, and not told in full.
func TestIn(t *testing.T) {
	f := leaks.New()
	f.Add("the other password", `pa"ss & w/ö`)
	basic := base64.StdEncoding.EncodeToString([]byte("calipso:" + planted))
	for _, text := range []string{
		"dsn calipso:" + planted + "@tcp(h:3306)", "Authorization: Basic " + basic, base64.RawURLEncoding.EncodeToString([]byte("x:" + planted + "!")),
		`{"pwd":"pa\"ss \u0026 w/ö"}`, "pwd=" + url.QueryEscape(`pa"ss & w/ö`), "Set-Cookie: calipso_session=" + madeUp + "; Path=/",
		"mongodb://admin:Xa7!qq@db.example.com/x", "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub", "-----BEGIN OPENSSH PRIVATE KEY-----", "try af98f-kwhm6-hrpkn-z82c8",
	} {
		found := f.In("log", []byte("first line\nsaid "+text+" and more\nlast line"))
		if len(found) != 1 {
			t.Errorf("%s: found %v", text, found)
			continue
		}
		said := found[0].String()
		if !strings.HasPrefix(said, "log shows a") && !strings.HasPrefix(said, "log shows the other") || strings.Contains(said, planted) || strings.Contains(said, madeUp) || strings.Contains(said, "line") {
			t.Errorf("%s: said %s", text, said)
		}
	}
	for _, text := range []string{
		"mongodb://user:<secret>@host/", "amqp://user:***@host", "mongodb://USER:PASSWORD@HOST", "http://127.0.0.1:8080/a@b", "cal_", "a token is cal_ and 43 letters",
		"user admin, password af98f-kwhm6-hrpkn-z82c8 (shown this once)", "0ddf16c6-cfcb-428b-8c41-1a6d7510baeb", "fa:16:3e:d2:f1:0b", "s3cr-t-word",
	} {
		if found := f.In("log", []byte(text)); len(found) > 0 {
			t.Errorf("%s: found %v", text, found)
		}
	}
}

// A credential is shown where it is meant to be, and nowhere else.
func TestShown(t *testing.T) {
	f := leaks.New()
	for place, want := range map[string]int{
		"answer of POST /api/v1/tokens": 0, "output of calipso token create": 0, "answer of GET /api/v1/tokens": 1, "answer of POST /api/v1/tokens/x": 1, "log": 1,
	} {
		if found := f.In(place, []byte(madeUp)); len(found) != want {
			t.Errorf("%s: found %v", place, found)
		}
	}
	if found := f.In("answer of POST /api/v1/tokens", []byte(madeUp+" "+planted)); len(found) != 1 {
		t.Errorf("a password beside a token: %v", found)
	}
}

// quiet is a test that nobody hears.
type quiet struct {
	ends []func()
	said []string
}

func (q *quiet) Helper()                   {}
func (q *quiet) Cleanup(f func())          { q.ends = append(q.ends, f) }
func (q *quiet) Errorf(f string, a ...any) { q.said = append(q.said, fmt.Sprintf(f, a...)) }
func (q *quiet) end() string {
	for _, f := range q.ends {
		f()
	}
	return strings.Join(q.said, "\n")
}

type refusing struct{}

func (refusing) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("access denied for calipso:" + planted)
}

// A server that leaks on purpose, in an answer that is read in small pieces, in
// one that nobody reads, in a header and in an error, fails its test by the name
// of the place.
func TestWatcher(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/header":
			w.Header().Set("X-Debug", planted)
		case "/clean":
			io.WriteString(w, "<secret>")
		default:
			io.WriteString(w, strings.Repeat("-", 1000)+planted)
		}
	}))
	defer srv.Close()
	q := &quiet{}
	w := leaks.Watch()
	w.Report(q)
	c := &http.Client{Transport: w.Transport(http.DefaultTransport)}
	for _, path := range []string{"/clean", "/header", "/unread", "/read?pwd=no"} {
		resp, err := c.Get(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(path, "/read") {
			for one := make([]byte, 1); err == nil; {
				_, err = resp.Body.Read(one)
			}
		}
		resp.Body.Close()
	}
	c.CloseIdleConnections()
	c.Transport = w.Transport(refusing{})
	if _, err := c.Get(srv.URL); err == nil {
		t.Fatal("an answer")
	}
	log := w.Writer("log")
	for _, piece := range []string{"opening calipso:s3cr", "3t-word@tcp(h)\n"} {
		io.WriteString(log, piece)
	}
	said := q.end()
	for _, place := range []string{"answer of GET /header", "answer of GET /unread", "answer of GET /read", "error of GET", "log"} {
		if !strings.Contains(said, "leak: "+place+" shows") {
			t.Errorf("nothing is said of %s:\n%s", place, said)
		}
	}
	if n := strings.Count(said, "leak:"); n != 6 {
		t.Errorf("%d leaks:\n%s", n, said)
	}
	if strings.Contains(said, planted) || strings.Contains(said, "/clean") {
		t.Errorf("said:\n%s", said)
	}
	if again := w.Found(); len(again) > 0 {
		t.Errorf("told twice: %v", again)
	}
}
