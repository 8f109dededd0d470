package remote

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"calipso/collect"
)

// failedSSH is the status with which ssh says that it did not get through.
const failedSSH = 255

// runNested runs ssh on the master, for sites where only the master may log in
// on the hosts. The program must be one word that no shell changes.
func (p *Pool) runNested(ctx context.Context, t Target, program, input string, limit time.Duration) (Output, error) {
	out, err := p.runMaster(ctx, p.nestedCommand(t, program), input, limit+p.cfg.Dial)
	if err != nil || out.Status != failedSSH {
		return out, err
	}
	text := strings.TrimSpace(string(out.Stderr))
	kind := collect.ErrUnreachable
	switch {
	case strings.Contains(text, "Permission denied"):
		kind = collect.ErrAuth
	case strings.Contains(text, "Host key verification failed"), strings.Contains(text, "IDENTIFICATION HAS CHANGED"):
		kind = collect.ErrHostKey
	}
	err = fmt.Errorf("ssh on master %s: %s: %w", p.cfg.Address, text, kind)
	e := p.entry(t.Name)
	select {
	case e.turn <- struct{}{}:
		e.failed = err
		<-e.turn
	case <-ctx.Done():
	}
	return Output{}, err
}

// nestedCommand is the line for the master's shell. Names and addresses hold
// nothing that a shell would touch; what does not look like one is refused by
// the caller's configuration check.
func (p *Pool) nestedCommand(t Target, program string) string {
	h := p.cfg.Hosts[t.Name]
	argv := []string{"ssh", "-o", "LogLevel=ERROR", "-o", "BatchMode=yes",
		"-o", "ConnectTimeout=" + strconv.Itoa(int(p.cfg.Dial.Seconds()))}
	check := "yes"
	if !p.cfg.Keys.Strict() {
		check = "accept-new"
	}
	argv = append(argv, "-o", "StrictHostKeyChecking="+check)
	if h.Port != 0 {
		argv = append(argv, "-p", strconv.Itoa(h.Port))
	}
	if u := p.cfg.login(t.Name).User; u != p.cfg.Master.User {
		argv = append(argv, "-l", u)
	}
	addr := t.Name
	if h.Address != "" {
		addr = h.Address
	}
	return strings.Join(append(argv, "--", shellWord(addr), shellWord(program)), " ")
}

func shellWord(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
