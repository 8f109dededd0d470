package collecttest

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

// maxLogin bounds the body of a log-in.
const maxLogin = 1 << 20

// tokenLife is how long a token is taken.
const tokenLife = time.Hour

// REST answers OpenStack's APIs from recordings, as a server of its own: one
// must log in with the right password, and tokens that it did not give are
// refused. Serve it with net/http on loopback; the identity service is at
// /identity/v3 below the address.
type REST struct {
	user, password string
	mu             struct {
		sync.Mutex
		state    *recorded
		tokens   map[string]time.Time // until when
		failures map[string]Failure
	}
}

type recorded struct {
	by     map[string]exchange
	bodies map[string][]byte
}

// Failure is what a service answers in place of its recordings.
type Failure struct {
	Status int
	Body   string
}

// NewREST reads the recordings in a folder of fsys (index.jsonl and bodies).
func NewREST(fsys fs.FS, dir, user, password string) (*REST, error) {
	r := &REST{user: user, password: password}
	r.mu.tokens = map[string]time.Time{}
	r.mu.failures = map[string]Failure{}
	return r, r.Switch(fsys, dir)
}

// Switch changes to other recordings, as a cloud changes in time.
func (r *REST) Switch(fsys fs.FS, dir string) error {
	by, bodies, err := readExchanges(fsys, dir)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mu.state = &recorded{by, bodies}
	return nil
}

// Fail makes requests fail whose "METHOD service/path" starts with prefix; a
// zero Failure mends them.
func (r *REST) Fail(prefix string, f Failure) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f.Status == 0 {
		delete(r.mu.failures, prefix)
		return
	}
	r.mu.failures[prefix] = f
}

// ServeHTTP answers from the recordings. What was not recorded is 404 with a
// text that says what was asked.
func (r *REST) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	want := asked(req)
	r.mu.Lock()
	state := r.mu.state
	known := time.Now().Before(r.mu.tokens[req.Header.Get("X-Auth-Token")])
	failure, fails := Failure{}, false
	for prefix, f := range r.mu.failures {
		if strings.HasPrefix(want.Method+" "+want.Service+want.Path, prefix) {
			failure, fails = f, true
		}
	}
	r.mu.Unlock()
	login := want.Service == "identity" && want.Method == http.MethodPost && want.Path == "/v3/auth/tokens"
	switch {
	case fails:
		w.WriteHeader(failure.Status)
		io.WriteString(w, failure.Body)
		return
	case login && !r.mayLogIn(req):
		fault(w, http.StatusUnauthorized, "The request you have made requires authentication.")
		return
	case !login && !known && !open(want):
		fault(w, http.StatusUnauthorized, "The request you have made requires authentication.")
		return
	}
	found, ok := state.by[want.key()]
	if !ok {
		fault(w, http.StatusNotFound, "not recorded: "+want.key())
		return
	}
	body := state.bodies[found.Body]
	if login {
		w.Header().Set("X-Subject-Token", r.token(time.Now()))
		body = renew(body)
	}
	if found.Type != "" {
		w.Header().Set("Content-Type", found.Type)
	}
	w.WriteHeader(found.Status)
	w.Write(fillIn(body, req.Host))
}

// token gives a new token, and forgets those that are over.
func (r *REST) token(now time.Time) string {
	token := rand.Text()
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.mu.tokens, func(_ string, until time.Time) bool { return !now.Before(until) })
	r.mu.tokens[token] = now.Add(tokenLife)
	return token
}

// open tells which answers services give without a token: their versions.
func open(e exchange) bool {
	return e.Method == http.MethodGet && (strings.Trim(e.Path, "/") == "" || e.Service == "identity" && strings.Trim(e.Path, "/") == "v3")
}

func (r *REST) mayLogIn(req *http.Request) bool {
	var in struct {
		Auth struct {
			Identity struct {
				Password struct {
					User struct{ Name, Password string } `json:"user"`
				} `json:"password"`
			} `json:"identity"`
		} `json:"auth"`
	}
	if err := json.NewDecoder(io.LimitReader(req.Body, maxLogin)).Decode(&in); err != nil {
		return false
	}
	u := in.Auth.Identity.Password.User
	return u.Name == r.user && u.Password == r.password
}

// renew lets a recorded token last from now on.
func renew(body []byte) []byte {
	var doc map[string]map[string]any
	if json.Unmarshal(body, &doc) != nil || doc["token"] == nil {
		return body
	}
	doc["token"]["expires_at"] = time.Now().UTC().Add(tokenLife).Format("2006-01-02T15:04:05.000000Z")
	out, err := json.Marshal(doc)
	if err != nil {
		return body
	}
	return out
}

func fillIn(body []byte, host string) []byte {
	text := string(body)
	for _, s := range services {
		text = strings.ReplaceAll(text, "{{"+s+"}}", "http://"+host+"/"+s)
	}
	return []byte(text)
}

func fault(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"error": {"code": %d, "message": %q, "title": %q}}`, status, text, http.StatusText(status))
}
