package collecttest

import (
	"io"
	"net"
	"time"

	"golang.org/x/crypto/ssh"

	"calipso/collect/hostcli/batch"
)

// output is what a program said.
type output struct {
	stdout, stderr []byte
	status         int
	drop           bool // and then the connection went
}

// program plays what the provider starts: sh with a batch on standard input,
// uname -n, and on the master ssh to another host.
func (s *SSHServer) program(command, host string, stdin io.Reader) output {
	f := hostFault(s.faults(), host)
	s.pause(f)
	switch command {
	case "uname -n":
		return output{stdout: []byte(host + "\n")}
	case "sh":
		out := s.shell(host, stdin)
		out.drop = f.Drop
		return out
	}
	if to, ok := s.nestedHost(command); ok && host == s.cloud.Transcripts.Master {
		return s.nested(to, stdin)
	}
	return output{stderr: []byte("sh: " + command + ": not found\n"), status: 127}
}

// shell runs a batch.
func (s *SSHServer) shell(host string, stdin io.Reader) output {
	script, err := io.ReadAll(stdin)
	if err != nil {
		return output{stderr: []byte(err.Error()), status: 1}
	}
	marker, cmds, err := batch.ParseScript(string(script))
	if err != nil {
		return output{stderr: []byte(err.Error() + "\n"), status: 2}
	}
	results := make([]batch.Result, len(cmds))
	for i, c := range cmds {
		results[i] = s.answerTo(host, c)
	}
	return output{stdout: batch.Reply(marker, results)}
}

// nested plays ssh on the master.
func (s *SSHServer) nested(to string, stdin io.Reader) output {
	f := hostFault(s.faults(), to)
	switch _, known := s.keys[to]; {
	case !known:
		return output{stderr: []byte("ssh: Could not resolve hostname " + to + ": Name or service not known\n"), status: 255}
	case f.Closed || f.Silent:
		return output{stderr: []byte("ssh: connect to host " + to + " port 22: Connection refused\n"), status: 255}
	case f.RefuseLogin:
		return output{stderr: []byte(to + ": Permission denied (publickey).\n"), status: 255}
	}
	return s.program("sh", to, stdin)
}

// pause plays a slow host; Close ends it.
func (s *SSHServer) pause(f SSHFault) {
	if f.Delay == 0 {
		return
	}
	t := time.NewTimer(f.Delay)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.life.Done():
	}
}

// channelConn makes a connection of a channel, for the SSH server behind it.
type channelConn struct{ ssh.Channel }

func (channelConn) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (channelConn) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (channelConn) SetDeadline(time.Time) error      { return nil }
func (channelConn) SetReadDeadline(time.Time) error  { return nil }
func (channelConn) SetWriteDeadline(time.Time) error { return nil }
