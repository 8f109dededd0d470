package truth

import (
	"bytes"
	"context"
	_ "embed" // for script.sh
	"fmt"
	"os/exec"
	"strings"
)

//go:embed script.sh
var script string

// Facts is all that was read.
type Facts struct {
	Cloud *Cloud
	Hosts []*Host // in the order of the lab file
}

// ReadFacts asks the APIs and every host of the lab.
//
// Errors: any answer missing or not understood; half a truth is none.
func ReadFacts(ctx context.Context, l *Lab) (*Facts, error) {
	cloud, err := readCloud(ctx, l)
	if err != nil {
		return nil, err
	}
	f := &Facts{Cloud: cloud}
	for _, at := range l.Hosts {
		text, err := l.ssh(ctx, at.Address, script)
		if err != nil {
			return nil, fmt.Errorf("truth: host %s: %w", at.Name, err)
		}
		h, err := ParseHost(at.Name, text)
		if err != nil {
			return nil, err
		}
		f.Hosts = append(f.Hosts, h)
	}
	return f, nil
}

// ssh runs a script in a host's shell with the ssh program.
func (l *Lab) ssh(ctx context.Context, address, script string) (string, error) {
	cmd := exec.CommandContext(ctx, "ssh", "-q", "-F", "none", "-i", l.SSHKey, "-p", l.SSHPort,
		"-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "ConnectTimeout=10",
		"-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile="+l.SSHKnownHosts,
		l.SSHUser+"@"+address, "sh -s")
	var out, complaint bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(script), &out, &complaint
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("ssh %s: %w: %.300s", address, err, complaint.String())
	}
	return out.String(), nil
}
