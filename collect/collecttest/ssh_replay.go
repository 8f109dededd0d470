package collecttest

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"

	"golang.org/x/crypto/ssh"

	"calipso/collect/hostcli/batch"
)

// SSHCloud says what a replay server plays.
type SSHCloud struct {
	Transcripts *SSHTranscripts
	User        string // default "calipso"
	Password    string // default "replay"
	Faults      []SSHFault
	// NoForward forbids channels to the hosts behind the master; ssh on the
	// master still works.
	NoForward bool
	// OnlyMaster refuses logins of ours on the hosts behind the master; ssh on
	// the master still works.
	OnlyMaster bool
	// Asked hears of each command that a host is asked, in order, from several
	// goroutines; Root tells those that went through sudo. nil: nobody listens.
	Asked func(host string, c batch.Command)
}

// SSHServer impersonates a master host on a loopback address, and the hosts
// behind it: by direct-tcpip channels to their names, or by ssh commands on
// the master. It answers batches, and nothing but what was recorded: other
// commands do not exist there (status 127).
type SSHServer struct {
	cloud  SSHCloud
	listen net.Listener
	keys   map[string]ssh.Signer
	life   context.Context
	end    context.CancelFunc
	tasks  sync.WaitGroup

	mu struct {
		sync.Mutex
		recorded *SSHTranscripts
		faults   []SSHFault
		conns    map[net.Conn]bool
		logins   map[string]int
	}
}

// StartSSH starts a replay server.
func StartSSH(cloud SSHCloud) (*SSHServer, error) {
	if cloud.User == "" {
		cloud.User = "calipso"
	}
	if cloud.Password == "" {
		cloud.Password = "replay"
	}
	s := &SSHServer{cloud: cloud, keys: map[string]ssh.Signer{}}
	s.mu.recorded, s.mu.faults = cloud.Transcripts, cloud.Faults
	s.mu.conns = map[net.Conn]bool{}
	s.mu.logins = map[string]int{}
	for host := range cloud.Transcripts.Hosts {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return nil, err
		}
		if s.keys[host], err = ssh.NewSignerFromKey(key); err != nil {
			return nil, err
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("collecttest: ssh replay: %w", err)
	}
	s.listen = l
	s.life, s.end = context.WithCancel(context.Background())
	s.tasks.Go(s.accept)
	return s, nil
}

// Close ends the server and waits for its connections.
func (s *SSHServer) Close() error {
	s.end()
	err := s.listen.Close()
	s.mu.Lock()
	for c := range s.mu.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.tasks.Wait()
	return err
}

func (s *SSHServer) accept() {
	for {
		c, err := s.listen.Accept()
		if err != nil {
			return
		}
		s.tasks.Go(func() { s.serve(c, s.cloud.Transcripts.Master) })
	}
}

func (s *SSHServer) track(c net.Conn) (untrack func()) {
	s.mu.Lock()
	s.mu.conns[c] = true
	closed := s.life.Err() != nil
	s.mu.Unlock()
	if closed {
		c.Close()
	}
	return func() {
		c.Close()
		s.mu.Lock()
		delete(s.mu.conns, c)
		s.mu.Unlock()
	}
}

// serve plays one host on one connection.
func (s *SSHServer) serve(conn net.Conn, host string) {
	defer s.track(conn)()
	fault := hostFault(s.faults(), host)
	if fault.Silent {
		<-s.life.Done()
		return
	}
	refuse := fault.RefuseLogin || s.cloud.OnlyMaster && host != s.cloud.Transcripts.Master
	cfg := &ssh.ServerConfig{
		PasswordCallback: func(c ssh.ConnMetadata, pwd []byte) (*ssh.Permissions, error) {
			if !refuse && c.User() == s.cloud.User && string(pwd) == s.cloud.Password {
				return nil, nil
			}
			return nil, errors.New("refused")
		},
	}
	cfg.AddHostKey(s.keys[host])
	sc, chans, reqs, err := ssh.NewServerConn(conn, cfg)
	if err != nil {
		return
	}
	s.mu.Lock()
	s.mu.logins[host]++
	s.mu.Unlock()
	s.tasks.Go(func() { ssh.DiscardRequests(reqs) })
	for ch := range chans {
		switch ch.ChannelType() {
		case "session":
			s.tasks.Go(func() { s.session(sc, ch, host) })
		case "direct-tcpip":
			s.tasks.Go(func() { s.forward(ch, host) })
		default:
			ch.Reject(ssh.UnknownChannelType, "not here")
		}
	}
}

// forward plays the way from the master to another host.
func (s *SSHServer) forward(ch ssh.NewChannel, from string) {
	var to struct {
		Host     string
		Port     uint32
		Origin   string
		FromPort uint32
	}
	if err := ssh.Unmarshal(ch.ExtraData(), &to); err != nil {
		ch.Reject(ssh.ConnectionFailed, err.Error())
		return
	}
	_, known := s.keys[to.Host]
	switch {
	case s.cloud.NoForward || from != s.cloud.Transcripts.Master:
		ch.Reject(ssh.Prohibited, "open failed")
		return
	case !known:
		ch.Reject(ssh.ConnectionFailed, "Name or service not known")
		return
	case hostFault(s.faults(), to.Host).Closed:
		ch.Reject(ssh.ConnectionFailed, "Connection refused")
		return
	}
	c, reqs, err := ch.Accept()
	if err != nil {
		return
	}
	s.tasks.Go(func() { ssh.DiscardRequests(reqs) })
	s.serve(channelConn{Channel: c}, to.Host)
}

// session plays one program.
func (s *SSHServer) session(conn *ssh.ServerConn, ch ssh.NewChannel, host string) {
	c, reqs, err := ch.Accept()
	if err != nil {
		return
	}
	defer c.Close()
	for r := range reqs {
		if r.Type != "exec" {
			r.Reply(r.Type == "env", nil)
			continue
		}
		var exec struct{ Command string }
		if err := ssh.Unmarshal(r.Payload, &exec); err != nil {
			r.Reply(false, nil)
			return
		}
		r.Reply(true, nil)
		out := s.program(exec.Command, host, c)
		if out.drop {
			c.Write(out.stdout[:len(out.stdout)/2])
			conn.Close()
			return
		}
		c.Write(out.stdout)
		c.Stderr().Write(out.stderr)
		c.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{uint32(out.status)}))
		return
	}
}

// answerTo one command of a host: its fault, its recording, or that it does
// not exist. What every host can do need not be recorded.
func (s *SSHServer) answerTo(host string, c batch.Command) batch.Result {
	if s.cloud.Asked != nil {
		s.cloud.Asked(host, c)
	}
	text := c.String()
	r := batch.Result{Command: c, Stdout: []byte{}, Stderr: []byte{}}
	f := commandFault(s.faults(), host, text)
	s.pause(f)
	t, recorded := s.transcripts().Hosts[host][text]
	switch {
	case f.Missing:
		r.Status, r.Stderr = 127, []byte("sh: "+c.Argv[0]+": not found\n")
	case f.Status != 0:
		r.Status, r.Stderr = f.Status, []byte(f.Stderr)
	case recorded:
		r.Stdout, r.Stderr, r.Status = t.Stdout, t.Stderr, t.Status
	case text == "true":
	case text == "uname -snr":
		r.Stdout = []byte("Linux " + host + " replay\n")
	default:
		r.Status, r.Stderr = 127, []byte("sh: "+c.Argv[0]+": not recorded\n")
	}
	return r
}

// nestedHost reads the ssh command by which the provider reaches a host from
// the master: options, --, the host, sh.
func (s *SSHServer) nestedHost(command string) (host string, ok bool) {
	if !strings.HasPrefix(command, "ssh ") {
		return "", false
	}
	f := strings.Fields(command)
	if len(f) < 3 || strings.Trim(f[len(f)-1], "'") != "sh" {
		return "", false
	}
	return strings.Trim(f[len(f)-2], "'"), true
}

// Switch changes to other recordings of the same hosts, as a cloud changes in
// time. Hosts that the first recordings did not have stay unknown.
func (s *SSHServer) Switch(t *SSHTranscripts) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mu.recorded = t
}

func (s *SSHServer) transcripts() *SSHTranscripts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mu.recorded
}
