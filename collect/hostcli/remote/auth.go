package remote

import (
	"errors"
	"fmt"

	"golang.org/x/crypto/ssh"

	"calipso/collect"
)

// ParseKey checks a private key and its pass phrase.
//
// Errors: collect.ErrAuth, saying whether the key or the pass phrase is wrong.
func ParseKey(l Login) (ssh.Signer, error) {
	key := []byte(l.Key.Reveal())
	signer, err := ssh.ParsePrivateKey(key)
	var locked *ssh.PassphraseMissingError
	if !errors.As(err, &locked) {
		if err != nil {
			return nil, fmt.Errorf("private key does not read: %v: %w", err, collect.ErrAuth)
		}
		return signer, nil
	}
	if l.Passphrase.IsZero() {
		return nil, fmt.Errorf("private key wants a pass phrase, set key_passphrase: %w", collect.ErrAuth)
	}
	signer, err = ssh.ParsePrivateKeyWithPassphrase(key, []byte(l.Passphrase.Reveal()))
	if err != nil {
		return nil, fmt.Errorf("private key: pass phrase does not fit: %w", collect.ErrAuth)
	}
	return signer, nil
}

// methods are the ways to log in, the key first. Some servers ask for the
// password by keyboard-interactive only.
func (l Login) methods() ([]ssh.AuthMethod, error) {
	var out []ssh.AuthMethod
	if !l.Key.IsZero() {
		signer, err := ParseKey(l)
		if err != nil {
			return nil, err
		}
		out = append(out, ssh.PublicKeys(signer))
	}
	if !l.Password.IsZero() {
		out = append(out, ssh.Password(l.Password.Reveal()),
			ssh.KeyboardInteractive(func(_, _ string, questions []string, echo []bool) ([]string, error) {
				answers := make([]string, len(questions))
				for i := range questions {
					if !echo[i] {
						answers[i] = l.Password.Reveal()
					}
				}
				return answers, nil
			}))
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("neither key nor password for user %q: %w", l.User, collect.ErrAuth)
	}
	return out, nil
}
