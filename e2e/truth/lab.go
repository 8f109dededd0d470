package truth

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

// Lab is how to reach a lab: the file that the lab's scripts write and whose
// path LAB_OPENSTACK holds.
type Lab struct {
	// Owner is "lab" for one that our scripts built, "adopted" for one that
	// was found running.
	Owner string
	// Scripts is the folder with break, mend and change; empty: hands off.
	Scripts string

	AuthURL, User, Password, Project, Domain, Region string

	// Hosts are the names of the hosts with their addresses, in file order.
	Hosts []HostAddress
	// Master is the host through which the others are reached.
	Master                         string
	SSHUser, SSHPassword, SSHPort  string
	SSHKey, SSHKnownHosts          string
	DBHost, DBPort, DBUser, DBPass string
	BusHost, BusPort               string
	BusUser, BusPass               string
}

// HostAddress is one host and where it answers.
type HostAddress struct{ Name, Address string }

// ReadLab reads a file of NAME=value lines; values may stand in single quotes.
//
// Errors: of the file; a name that is missing.
func ReadLab(path string) (*Lab, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("truth: lab file: %w", err)
	}
	defer f.Close()
	set := map[string]string{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		name, value, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		set[name] = strings.Trim(value, "'")
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("truth: lab file %s: %w", path, err)
	}
	l := &Lab{Owner: set["LAB_OWNER"], Scripts: set["LAB_SCRIPTS"]}
	var missing []string
	for _, field := range []struct {
		into *string
		name string
	}{
		{&l.AuthURL, "LAB_AUTH_URL"}, {&l.User, "LAB_USER"}, {&l.Password, "LAB_PASSWORD"},
		{&l.Project, "LAB_PROJECT"}, {&l.Domain, "LAB_DOMAIN"}, {&l.Region, "LAB_REGION"},
		{&l.Master, "LAB_MASTER"}, {&l.SSHUser, "LAB_SSH_USER"}, {&l.SSHPassword, "LAB_SSH_PASSWORD"},
		{&l.SSHPort, "LAB_SSH_PORT"}, {&l.SSHKey, "LAB_SSH_KEY"}, {&l.SSHKnownHosts, "LAB_SSH_KNOWN_HOSTS"},
		{&l.DBHost, "LAB_DB_HOST"}, {&l.DBPort, "LAB_DB_PORT"}, {&l.DBUser, "LAB_DB_USER"}, {&l.DBPass, "LAB_DB_PASSWORD"},
		{&l.BusHost, "LAB_AMQP_HOST"}, {&l.BusPort, "LAB_AMQP_PORT"}, {&l.BusUser, "LAB_AMQP_USER"}, {&l.BusPass, "LAB_AMQP_PASSWORD"},
	} {
		*field.into = set[field.name]
		if *field.into == "" {
			missing = append(missing, field.name)
		}
	}
	for _, pair := range strings.Fields(set["LAB_HOSTS"]) {
		name, address, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, fmt.Errorf("truth: lab file %s: LAB_HOSTS: %q is no name=address", path, pair)
		}
		l.Hosts = append(l.Hosts, HostAddress{name, address})
	}
	if len(l.Hosts) == 0 {
		missing = append(missing, "LAB_HOSTS")
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("truth: lab file %s: lacks %s", path, strings.Join(missing, ", "))
	}
	return l, nil
}

// Address is where a host answers, "" for a name the lab does not have.
func (l *Lab) Address(host string) string {
	for _, h := range l.Hosts {
		if h.Name == host {
			return h.Address
		}
	}
	return ""
}
