package graph

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"

	"github.com/fxamacker/cbor/v2"
)

// ErrKey: the key given is not the one that the store's secrets are sealed
// with, or is no key at all.
var ErrKey = errors.New("wrong key")

// KeyBytes is the length of Options.Key.
const KeyBytes = 32

// sealer encrypts the secrets of documents with AES-256-GCM.
//
// The nonce is made from the text and its place (a MAC under a key of its
// own), not from chance: an unchanged secret keeps its bytes, so an unchanged
// document is recognised, and two different texts share no nonce.
type sealer struct {
	aead  cipher.AEAD
	nonce []byte // key of the nonces' MAC
	id    string // recognises the key, tells nothing of it
}

func newSealer(key []byte) (*sealer, error) {
	if len(key) != KeyBytes {
		return nil, fmt.Errorf("key has %d bytes and needs %d: %w", len(key), KeyBytes, ErrKey)
	}
	block, err := aes.NewCipher(derive(key, "seal"))
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &sealer{aead: aead, nonce: derive(key, "nonce"), id: hex.EncodeToString(derive(key, "id")[:6])}, nil
}

// NewKey makes a random key for Options.Key.
func NewKey() []byte {
	key := make([]byte, KeyBytes)
	_, _ = rand.Read(key) // never fails: crypto/rand ends the process instead
	return key
}

func derive(key []byte, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	for _, p := range parts {
		_, _ = fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return h.Sum(nil)
}

func (s *sealer) seal(place, text string) []byte {
	nonce := derive(s.nonce, place, text)[:s.aead.NonceSize()]
	return s.aead.Seal(nonce, nonce, []byte(text), []byte(place))
}

func (s *sealer) open(place string, sealed []byte) (string, error) {
	n := s.aead.NonceSize()
	if len(sealed) < n {
		return "", corrupt(errors.New("sealed secret is cut off"))
	}
	text, err := s.aead.Open(nil, sealed[:n], sealed[n:], []byte(place))
	if err != nil {
		return "", corrupt(fmt.Errorf("secret does not open with key %s: %w", s.id, err))
	}
	return string(text), nil
}

// sealAll copies a value with its secrets sealed.
func (s *sealer) sealAll(place string, v any) any {
	switch v := v.(type) {
	case Secret:
		return cbor.Tag{Number: secretTag, Content: s.seal(place, v.text)}
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = s.sealAll(place+"\x00"+k, e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = s.sealAll(place+"\x00"+strconv.Itoa(i), e)
		}
		return out
	}
	return v
}

// openAll opens the secrets of a decoded value in place.
func (s *sealer) openAll(place string, v any) (any, error) {
	var err error
	switch v := v.(type) {
	case cbor.Tag:
		sealed, ok := v.Content.([]byte)
		if v.Number != secretTag || !ok {
			return nil, corrupt(fmt.Errorf("unknown tag %d", v.Number))
		}
		text, err := s.open(place, sealed)
		return NewSecret(text), err
	case map[string]any:
		for k, e := range v {
			if v[k], err = s.openAll(place+"\x00"+k, e); err != nil {
				return nil, err
			}
		}
	case []any:
		for i, e := range v {
			if v[i], err = s.openAll(place+"\x00"+strconv.Itoa(i), e); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}

func (k DocKey) place() string { return string(k.Collection) + "\x00" + k.ID }

func (s *sealer) encodeDoc(d *Document) ([]byte, error) {
	body, err := stored(d.Body, true)
	if err != nil {
		return nil, err
	}
	if body == nil {
		body = map[string]any{}
	}
	sealed := s.sealAll(d.place(), body).(map[string]any)
	return encoded(func(enc *encoder) error {
		enc.secrets = true
		return enc.object(sealed, 0)
	})
}

func (s *sealer) decodeDoc(k DocKey, b []byte) (*Document, error) {
	var body map[string]any
	if err := decodeBody.Unmarshal(b, &body); err != nil {
		return nil, corrupt(err)
	}
	if _, err := s.openAll(k.place(), body); err != nil {
		return nil, err
	}
	return &Document{DocKey: k, Body: body}, nil
}
