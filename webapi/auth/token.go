package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"calipso/graph"
)

// Kind tells how a token came to be.
type Kind string

// The kinds of tokens.
const (
	Session  Kind = "session" // by logging in
	APIToken Kind = "token"   // made by hand, with a name
)

// Token is what is known of a session or an API token; the secret itself is
// shown once, when it is made, and never stored.
type Token struct {
	ID      string // SHA-256 of the secret, in hex
	Kind    Kind
	Name    string // of an API token
	User    string // id of the user it speaks for
	Issued  time.Time
	Expires time.Time
}

// secretPrefix lets scanners for leaked credentials recognise ours.
const secretPrefix = "cal_"

// newSecret is 32 random bytes as text.
func newSecret() graph.Secret {
	b := make([]byte, 32)
	rand.Read(b) // never fails
	return graph.NewSecret(secretPrefix + base64.RawURLEncoding.EncodeToString(b))
}

// tokenID is what a secret is stored and found under. A plain hash will do: the
// secret is random and long, so that there is nothing to guess.
func tokenID(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// looksLikeToken keeps texts that cannot be one of ours away from the store.
func looksLikeToken(secret string) bool {
	rest, ok := strings.CutPrefix(secret, secretPrefix)
	return looksLikeHexToken(secret) || ok && len(rest) == base64.RawURLEncoding.EncodedLen(32)
}

func (t *Token) document() *graph.Document {
	return &graph.Document{
		DocKey: graph.DocKey{Collection: graph.Tokens, ID: t.ID},
		Body: graph.Attrs{
			"kind":       string(t.Kind),
			"name":       t.Name,
			"user":       t.User,
			"method":     map[Kind]string{Session: "credentials", APIToken: "token"}[t.Kind],
			"issued_at":  t.Issued.UTC(),
			"expires_at": t.Expires.UTC(),
		},
	}
}

// tokenOf reads a document of collection api_tokens; without user or expiry it
// counts as expired.
func tokenOf(d *graph.Document) *Token {
	t := &Token{ID: d.ID, Kind: Kind(d.Body.String("kind")), Name: d.Body.String("name"), User: d.Body.String("user")}
	t.Issued, _ = d.Body["issued_at"].(time.Time)
	t.Expires, _ = d.Body["expires_at"].(time.Time)
	return t
}
