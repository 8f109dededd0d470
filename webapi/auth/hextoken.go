package auth

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"strings"
	"time"

	"calipso/graph"
)

// hexToken is how many digits the tokens of the old API have.
const hexToken = 32

// newHexSecret is 16 random bytes as text, the form that clients of the old API
// know.
func newHexSecret() graph.Secret {
	b := make([]byte, hexToken/2)
	rand.Read(b) // never fails
	return graph.NewSecret(hex.EncodeToString(b))
}

// looksLikeHexToken tells whether a text can be a token of the old API.
func looksLikeHexToken(secret string) bool {
	return len(secret) == hexToken && strings.Trim(secret, "0123456789abcdef") == ""
}

// CreateHexToken is CreateToken with a token of 32 hex digits.
//
// Errors: those of CreateToken.
func (a *Accounts) CreateHexToken(ctx context.Context, user, name string, life time.Duration) (graph.Secret, *Token, error) {
	return a.createToken(ctx, newHexSecret(), user, name, life)
}
