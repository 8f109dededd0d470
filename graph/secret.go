package graph

import "log/slog"

// masked is what every output shows in place of a secret.
const masked = "<secret>"

// Secret is a password, key or token. It prints, logs and marshals as
// "<secret>"; Reveal is the only way to its text. The store seals it with the
// data directory's key, so it is never on disk in clear.
type Secret struct{ text string }

// NewSecret wraps a clear text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal gives the clear text, for handing to the service it opens.
func (s Secret) Reveal() string { return s.text }

// IsZero tells whether there is no secret.
func (s Secret) IsZero() bool { return s.text == "" }

// String masks the secret; %v and %s end here.
func (s Secret) String() string { return masked }

// GoString masks the secret for %#v.
func (s Secret) GoString() string { return masked }

// MarshalText masks the secret in JSON, YAML and text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }

// UnmarshalText takes a clear text from a document that a user gives.
func (s *Secret) UnmarshalText(b []byte) error {
	s.text = string(b)
	return nil
}

// LogValue masks the secret in slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// IsMasked tells whether a text is the mask itself: a document that was read
// with masked secrets and is written back keeps the stored ones.
func IsMasked(text string) bool { return text == masked }
