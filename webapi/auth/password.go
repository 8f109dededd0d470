package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"calipso/graph"
)

// The cost of one password: 19 MiB and two passes (OWASP's first choice for
// argon2id). At most hashesAtOnce run at a time, so that a flood of log-ins
// costs neither all memory nor all cores.
const (
	argonMemoryKiB = 19 * 1024
	argonPasses    = 2
	argonThreads   = 1
	argonKeyBytes  = 32
	argonSaltBytes = 16
	hashesAtOnce   = 2

	minPassword = 10  // characters
	maxPassword = 256 // bytes
)

// hasher makes and checks password hashes in PHC form
// ($argon2id$v=19$m=19456,t=2,p=1$salt$hash).
type hasher struct {
	slots chan struct{}
	dummy string // checked when there is no such user, so that it takes as long
}

func newHasher() *hasher {
	h := &hasher{slots: make(chan struct{}, hashesAtOnce)}
	h.dummy = encodePHC(make([]byte, argonSaltBytes), make([]byte, argonKeyBytes))
	return h
}

// acquire waits for a slot; the function it returns gives it back.
func (h *hasher) acquire(ctx context.Context) (func(), error) {
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("auth: password: %w", ctx.Err())
	}
}

// hash gives the PHC text of a password under a new salt.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	release, err := h.acquire(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	salt := make([]byte, argonSaltBytes)
	rand.Read(salt) // never fails
	key := argon2.IDKey([]byte(password), salt, argonPasses, argonMemoryKiB, argonThreads, argonKeyBytes)
	return encodePHC(salt, key), nil
}

// check tells whether the password is the one hashed. An empty or foreign hash
// fits nothing, after the same time.
func (h *hasher) check(ctx context.Context, password, phc string) (bool, error) {
	release, err := h.acquire(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	p, ok := parsePHC(phc)
	if !ok {
		p, _ = parsePHC(h.dummy)
	}
	if len(password) > maxPassword {
		password, ok = "", false
	}
	key := argon2.IDKey([]byte(password), p.salt, p.passes, p.memory, p.threads, uint32(len(p.key)))
	return subtle.ConstantTimeCompare(key, p.key) == 1 && ok, nil
}

type phc struct {
	memory, passes uint32
	threads        uint8
	salt, key      []byte
}

func encodePHC(salt, key []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, argonMemoryKiB, argonPasses, argonThreads, b64(salt), b64(key))
}

// parsePHC reads what encodePHC wrote. Costs out of all reason are refused, so
// that a document from elsewhere cannot stall the server.
func parsePHC(text string) (phc, bool) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, false
	}
	var p phc
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.threads); err != nil {
		return phc{}, false
	}
	var err1, err2 error
	p.salt, err1 = base64.RawStdEncoding.DecodeString(parts[4])
	p.key, err2 = base64.RawStdEncoding.DecodeString(parts[5])
	ok := err1 == nil && err2 == nil && len(p.salt) >= 8 && len(p.key) >= 16 && len(p.key) <= 64 &&
		p.memory >= 8 && p.memory <= 256*1024 && p.passes >= 1 && p.passes <= 16 && p.threads >= 1 && p.threads <= 16
	return p, ok
}

// checkNewPassword says what is wrong with a password somebody wants to set.
func checkNewPassword(password string) []graph.FieldError {
	switch {
	case len([]rune(password)) < minPassword:
		return []graph.FieldError{{Field: "password", Reason: fmt.Sprintf("is too short; give at least %d characters", minPassword)}}
	case len(password) > maxPassword:
		return []graph.FieldError{{Field: "password", Reason: fmt.Sprintf("is too long; give at most %d bytes", maxPassword)}}
	}
	return nil
}

// randomPassword is 20 letters and digits that a person can copy by eye: 100 bits.
func randomPassword() string {
	const letters = "abcdefghijkmnpqrstuvwxyz23456789" // 32, without l, o, 0, 1
	b := make([]byte, 20)
	rand.Read(b) // never fails
	for i := range b {
		b[i] = letters[b[i]%32]
	}
	return string(b[:5]) + "-" + string(b[5:10]) + "-" + string(b[10:15]) + "-" + string(b[15:])
}
