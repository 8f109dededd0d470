package collecttest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// RESTRecorder stands between a scan and a real OpenStack: it passes requests
// on and remembers the answers in the form that REST reads. Tokens and
// passwords are not remembered.
type RESTRecorder struct {
	upstream map[string]string // base URL by service, without a slash at the end
	client   *http.Client
	mu       struct {
		sync.Mutex
		seen   map[string]exchange
		bodies map[string][]byte
	}
}

// NewRESTRecorder takes the services' base URLs ("compute":
// "http://10.0.0.1:8774").
func NewRESTRecorder(upstream map[string]string, client *http.Client) *RESTRecorder {
	r := &RESTRecorder{upstream: upstream, client: client}
	r.mu.seen, r.mu.bodies = map[string]exchange{}, map[string][]byte{}
	return r
}

// ServeHTTP passes one request on.
func (r *RESTRecorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	e := asked(req)
	base, ok := r.upstream[e.Service]
	if !ok {
		fault(w, http.StatusNotFound, "no such service: "+e.Service)
		return
	}
	target := base + e.Path
	if req.URL.RawQuery != "" {
		target += "?" + req.URL.RawQuery
	}
	out, err := http.NewRequestWithContext(req.Context(), req.Method, target, req.Body)
	if err != nil {
		fault(w, http.StatusBadRequest, err.Error())
		return
	}
	out.Header, out.ContentLength = req.Header.Clone(), req.ContentLength
	out.Header.Del("Accept-Encoding")
	resp, err := r.client.Do(out)
	if err != nil {
		fault(w, http.StatusBadGateway, err.Error())
		return
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		fault(w, http.StatusBadGateway, err.Error())
		return
	}
	for s, url := range r.upstream {
		body = bytes.ReplaceAll(body, []byte(url), []byte("{{"+s+"}}"))
	}
	e.Status, e.Type = resp.StatusCode, resp.Header.Get("Content-Type")
	r.mu.Lock()
	r.mu.seen[e.key()] = e
	r.mu.bodies[e.key()] = body
	r.mu.Unlock()
	for _, h := range []string{"Content-Type", "X-Subject-Token", "OpenStack-API-Version"} {
		if v := resp.Header.Get(h); v != "" {
			w.Header().Set(h, v)
		}
	}
	w.WriteHeader(resp.StatusCode)
	w.Write(fillIn(body, req.Host))
}

// Save writes what was seen into a folder: index.jsonl and one file a body,
// named after what was asked, JSON indented.
func (r *RESTRecorder) Save(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("collecttest: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var keys []string
	for k := range r.mu.seen {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var index bytes.Buffer
	for i, k := range keys {
		e := r.mu.seen[k]
		if body := r.mu.bodies[k]; len(body) > 0 {
			e.Body = fmt.Sprintf("%03d-%s%s.json", i+1, e.Service, fileName(e.Path))
			if err := os.WriteFile(filepath.Join(dir, e.Body), indent(body), 0o644); err != nil {
				return fmt.Errorf("collecttest: %w", err)
			}
		}
		line, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("collecttest: %w", err)
		}
		index.Write(append(line, '\n'))
	}
	if err := os.WriteFile(filepath.Join(dir, "index.jsonl"), index.Bytes(), 0o644); err != nil {
		return fmt.Errorf("collecttest: %w", err)
	}
	return nil
}

func fileName(path string) string {
	name := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' {
			return c
		}
		return '-'
	}, strings.TrimRight(path, "/"))
	return name[:min(len(name), 60)]
}

func indent(body []byte) []byte {
	var out bytes.Buffer
	if json.Indent(&out, body, "", " ") != nil {
		return body
	}
	out.WriteByte('\n')
	return out.Bytes()
}
