package remote

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"slices"
	"strings"
	"sync"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"calipso/collect"
)

// HostKeys decides whether a host is the one it says it is, by files in the
// form of OpenSSH's known_hosts.
type HostKeys struct {
	files []string
	// remember is the file that takes keys seen for the first time; empty:
	// only known keys are accepted.
	remember string

	mu struct {
		sync.Mutex
		check ssh.HostKeyCallback // nil: read the files again
	}
}

// StrictHostKeys accepts only keys that stand in one of the files; files that
// do not exist are empty.
func StrictHostKeys(files ...string) *HostKeys {
	return &HostKeys{files: slices.DeleteFunc(slices.Clone(files), func(f string) bool { return f == "" })}
}

// TrustOnFirstUse accepts, and writes into remember, the key of a host that no
// file knows. A host whose key has changed is refused like with StrictHostKeys.
func TrustOnFirstUse(remember string, files ...string) *HostKeys {
	k := StrictHostKeys(append(files, remember)...)
	k.remember = remember
	return k
}

// Strict tells that no key is taken on trust.
func (k *HostKeys) Strict() bool { return k.remember == "" }

// verify judges a key of a host that goes by several names (inventory name,
// address), the first of them the one to remember.
func (k *HostKeys) verify(names []string, remote net.Addr, key ssh.PublicKey) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.load(); err != nil {
		return err
	}
	var changed error
	for _, name := range names {
		err := k.mu.check(name, remote, key)
		var wrong *knownhosts.KeyError
		switch {
		case err == nil:
			return nil
		case errors.As(err, &wrong) && len(wrong.Want) == 0:
		case changed == nil:
			changed = k.changed(name, key, err)
		}
	}
	switch {
	case changed != nil:
		return changed
	case k.remember == "":
		return k.unknown(names[0], key)
	}
	return k.add(names[0], key)
}

func (k *HostKeys) unknown(name string, key ssh.PublicKey) error {
	where := "a known_hosts file named in the CLI section"
	if len(k.files) > 0 {
		where = k.files[0]
	}
	return fmt.Errorf("host key of %s is unknown (%s %s): compare the fingerprint on the host, then add the key to %s, or set host_key_policy to tofu: %w",
		knownhosts.Normalize(name), key.Type(), ssh.FingerprintSHA256(key), where, collect.ErrHostKey)
}

func (k *HostKeys) changed(name string, key ssh.PublicKey, cause error) error {
	what := cause.Error()
	var wrong *knownhosts.KeyError
	if errors.As(cause, &wrong) {
		w := wrong.Want[0]
		what = fmt.Sprintf("%s line %d has %s %s", w.Filename, w.Line, w.Key.Type(), ssh.FingerprintSHA256(w.Key))
	}
	return fmt.Errorf("host key of %s has changed, it may be another machine (shown: %s %s; %s): if the change is legitimate, remove that line: %w",
		knownhosts.Normalize(name), key.Type(), ssh.FingerprintSHA256(key), what, collect.ErrHostKey)
}

// algorithms are those a known host can prove itself with, nil for a host not
// known: otherwise client and host may settle on a kind of key that the file
// does not have, which would look like a change.
func (k *HostKeys) algorithms(names []string) []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.load() != nil {
		return nil // verify will say why
	}
	probe, err := ssh.NewPublicKey(ed25519.PublicKey(make([]byte, ed25519.PublicKeySize)))
	if err != nil {
		return nil
	}
	var out []string
	for _, name := range names {
		var known *knownhosts.KeyError
		if !errors.As(k.mu.check(name, &net.TCPAddr{}, probe), &known) {
			continue
		}
		for _, w := range known.Want {
			kinds := []string{w.Key.Type()}
			if kinds[0] == ssh.KeyAlgoRSA {
				kinds = []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSA}
			}
			for _, kind := range kinds {
				if !slices.Contains(out, kind) {
					out = append(out, kind)
				}
			}
		}
	}
	return out
}

// load reads the files; the lock is held.
func (k *HostKeys) load() error {
	if k.mu.check != nil {
		return nil
	}
	var present []string
	for _, f := range k.files {
		_, err := os.Stat(f)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("known hosts: %v: %w", err, collect.ErrHostKey)
		}
		present = append(present, f)
	}
	check, err := knownhosts.New(present...)
	if err != nil {
		return fmt.Errorf("known hosts: %v: %w", err, collect.ErrHostKey)
	}
	k.mu.check = check
	return nil
}

// add remembers a key; the lock is held.
func (k *HostKeys) add(name string, key ssh.PublicKey) error {
	f, err := os.OpenFile(k.remember, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("host key of %s cannot be remembered: %v: %w", name, err, collect.ErrHostKey)
	}
	line := strings.TrimSpace(knownhosts.Line([]string{name}, key)) + "\n"
	_, err = f.WriteString(line)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("host key of %s cannot be remembered: %v: %w", name, err, collect.ErrHostKey)
	}
	k.mu.check = nil
	return nil
}
