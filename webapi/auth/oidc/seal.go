package oidc

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

const (
	flowTime = 10 * time.Minute // from the beginning of a sign-in to its end
	maxSpent = 10_000           // finished sign-ins that are remembered
)

// flow is a sign-in under way. The browser keeps it for us, sealed, so that
// nobody can fill our memory with sign-ins that he begins and never ends.
type flow struct {
	State    string    `json:"s"` // what the provider hands back through the browser
	Nonce    string    `json:"n"` // what it puts into the token
	Verifier string    `json:"v"` // PKCE's secret, of which it has seen the hash
	Ends     time.Time `json:"e"`
}

// seal keeps flows from being read, altered, or used twice. Its key lives as long
// as the process: a sign-in does not outlast a restart.
type seal struct {
	aead cipher.AEAD
	mu   struct {
		sync.Mutex
		spent map[string]time.Time // states used, until when they would be good
	}
}

func newSeal() *seal {
	key := make([]byte, 32)
	rand.Read(key) // never fails
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	s := &seal{aead: aead}
	s.mu.spent = map[string]time.Time{}
	return s
}

// close makes a text of a flow that only open reads.
func (s *seal) close(f flow) (string, error) {
	plain, err := json.Marshal(f)
	if err != nil {
		return "", fmt.Errorf("oidc: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nil, nil, plain, nil)), nil
}

// open reads what close made. Errors: ErrAgain.
func (s *seal) open(text string, now time.Time) (f flow, err error) {
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return flow{}, fmt.Errorf("oidc: %w: no sealed state", ErrAgain)
	}
	plain, err := s.aead.Open(nil, nil, sealed, nil)
	if err == nil {
		err = json.Unmarshal(plain, &f)
	}
	if err != nil {
		return flow{}, fmt.Errorf("oidc: %w: the state is not of this server's present run", ErrAgain)
	}
	if !now.Before(f.Ends) {
		return flow{}, fmt.Errorf("oidc: %w: more than %s passed", ErrAgain, flowTime)
	}
	return f, nil
}

// spend tells whether a flow is used for the first time.
func (s *seal) spend(f flow, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, used := s.mu.spent[f.State]; used {
		return false
	}
	first := f.State
	for state, ends := range s.mu.spent {
		if !now.Before(ends) {
			delete(s.mu.spent, state)
		} else if was := s.mu.spent[first]; was.IsZero() || ends.Before(was) {
			first = state
		}
	}
	if len(s.mu.spent) >= maxSpent {
		delete(s.mu.spent, first)
	}
	s.mu.spent[f.State] = f.Ends
	return true
}
