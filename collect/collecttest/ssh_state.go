package collecttest

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"slices"

	"golang.org/x/crypto/ssh/knownhosts"
)

// Section is the CLI section of an environment document for this server; the
// hosts' keys are in the file, see WriteKnownHosts.
func (s *SSHServer) Section(knownHosts string) map[string]any {
	addr := s.listen.Addr().(*net.TCPAddr)
	return map[string]any{
		"name": "CLI", "host": addr.IP.String(), "port": int64(addr.Port),
		"user": s.cloud.User, "pwd": s.cloud.Password, "known_hosts": knownHosts,
	}
}

// WriteKnownHosts writes the keys of all hosts in OpenSSH's form.
func (s *SSHServer) WriteKnownHosts(file string) error {
	var out bytes.Buffer
	for _, host := range s.hosts() {
		name := host
		if host == s.cloud.Transcripts.Master {
			name = s.listen.Addr().String()
		}
		fmt.Fprintln(&out, knownhosts.Line([]string{name}, s.keys[host].PublicKey()))
	}
	return os.WriteFile(file, out.Bytes(), 0o600)
}

func (s *SSHServer) hosts() []string {
	var out []string
	for h := range s.keys {
		out = append(out, h)
	}
	slices.Sort(out)
	return out
}

// SetFaults replaces the faults from now on.
func (s *SSHServer) SetFaults(faults ...SSHFault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.faults = faults
}

// Logins is how often each host was logged in on.
func (s *SSHServer) Logins() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]int{}
	for h, n := range s.mu.logins {
		out[h] = n
	}
	return out
}

func (s *SSHServer) faults() []SSHFault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mu.faults
}
