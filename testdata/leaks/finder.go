package leaks

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed credentials.txt
var credentials string

// Finding is a credential at a place where it should not be.
type Finding struct {
	Credential string // what it is
	Place      string // what it was found in
	Around     string // the text around it, the credential itself left out
}

// String names the place; it never holds the credential.
func (f Finding) String() string {
	return fmt.Sprintf("%s shows %s: %q", f.Place, f.Credential, f.Around)
}

// Finder knows credentials. Its methods may be called from any number of
// goroutines.
type Finder struct {
	mu struct {
		sync.RWMutex
		literals []literal
	}
}

// literal is one credential in one spelling.
type literal struct {
	name string
	text []byte
}

// New makes a Finder that knows those that the tests of this repository use.
func New() *Finder {
	f := &Finder{}
	for _, text := range Listed() {
		f.Add("a credential of the tests ("+masked(text)+")", text)
	}
	return f
}

// Listed are the credentials that the tests use.
func Listed() []string {
	var out []string
	for line := range strings.Lines(credentials) {
		if line = strings.TrimRight(line, "\n"); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// Add makes a credential known, also as it looks in URLs, in JSON and in Base64.
func (f *Finder) Add(name, secret string) {
	spelled := map[string]bool{secret: true, url.QueryEscape(secret): true, url.PathEscape(secret): true}
	if b, err := json.Marshal(secret); err == nil {
		spelled[strings.Trim(string(b), `"`)] = true
	}
	spelled[strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(secret)] = true // JSON that is for no web page
	for shift := range 3 {                                                    // in Base64 it looks different at each place
		text := base64.StdEncoding.EncodeToString(append(make([]byte, shift), secret...))
		// The first and last characters hold bits of what stands beside it.
		text = strings.TrimRight(text, "=")[(shift*4+2)/3:]
		if text = text[:len(text)-1]; len(text) >= 8 {
			spelled[text] = true
			spelled[strings.NewReplacer("+", "-", "/", "_").Replace(text)] = true
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for text := range spelled {
		f.mu.literals = append(f.mu.literals, literal{name, []byte(text)})
	}
	// Longest first: what is part of another credential is told as that.
	slices.SortStableFunc(f.mu.literals, func(a, b literal) int { return cmp.Compare(len(b.text), len(a.text)) })
}

// In looks through a text. Each credential is told once.
func (f *Finder) In(place string, text []byte) []Finding {
	f.mu.RLock()
	defer f.mu.RUnlock()
	var out []Finding
	told := map[string]bool{}
	var taken [][2]int
	tell := func(name string, from, to int) {
		if told[name] || shown(place, name, text, from, to) || slices.ContainsFunc(taken, func(t [2]int) bool { return from < t[1] && to > t[0] }) {
			return
		}
		told[name] = true
		taken = append(taken, [2]int{from, to})
		out = append(out, Finding{name, place, around(text, from, to)})
	}
	for _, l := range f.mu.literals {
		for at := 0; !told[l.name]; {
			i := bytes.Index(text[at:], l.text)
			if i < 0 {
				break
			}
			tell(l.name, at+i, at+i+len(l.text))
			at += i + len(l.text)
		}
	}
	for _, s := range shapes {
		for _, m := range s.like.FindAllSubmatchIndex(text, -1) {
			from, to := m[len(m)-2], m[len(m)-1]
			if !s.harmless.Match(text[from:to]) {
				tell(s.name, from, to)
			}
		}
	}
	return out
}

// shape is what a kind of credential looks like: the last group of like is the
// credential, unless it is harmless.
type shape struct {
	name           string
	like, harmless *regexp.Regexp
}

// Names of shapes, which shown.go speaks of.
const (
	aToken         = "a token"
	aFirstPassword = "a first password"
	aPasswordHash  = "a password hash"
	aPrivateKey    = "a private key"
	aURLPassword   = "a password in a URL"
)

var (
	never  = regexp.MustCompile(`^\z.`)
	shapes = []shape{
		{aToken, regexp.MustCompile(`(cal_[A-Za-z0-9_-]{43})`), never},
		{aFirstPassword, regexp.MustCompile(`\b([a-km-z2-9]{5}(?:-[a-km-z2-9]{5}){3})\b`), never},
		{aPasswordHash, regexp.MustCompile(`(\$(?:argon2id|2[aby])\$[^\s"]{20,})`), never},
		{aPrivateKey, regexp.MustCompile(`(-----BEGIN [A-Z ]*PRIVATE KEY-----)`), never},
		{aURLPassword, regexp.MustCompile(`[a-z][a-z0-9+]{2,}://[^\s/:@"'<>]*:([^\s/@"'<>]+)@`), regexp.MustCompile(`^([Xx*.…]+|[A-Z_]+|pass(word)?|pw)$`)},
	}
)

// around is what stands beside a credential on its line.
func around(text []byte, from, to int) string {
	const width = 60
	before, after := text[max(0, from-width):from], text[to:min(len(text), to+width)]
	if i := bytes.LastIndexByte(before, '\n'); i >= 0 {
		before = before[i+1:]
	}
	if i := bytes.IndexByte(after, '\n'); i >= 0 {
		after = after[:i]
	}
	return strings.ToValidUTF8(string(before)+masked(string(text[from:to]))+string(after), "?")
}

// masked shows how a text begins and how long it is.
func masked(s string) string { return fmt.Sprintf("%.2s…(%d)", s, len(s)) }
