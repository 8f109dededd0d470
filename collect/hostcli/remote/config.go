package remote

import (
	"log/slog"
	"time"

	"calipso/graph"
)

// Jump is how hosts behind the master are reached.
type Jump string

const (
	// JumpAuto tries JumpDirect, and JumpExec where the master forbids
	// forwarding or the host refuses our credentials.
	JumpAuto Jump = "auto"
	// JumpDirect logs in on the host itself through a direct-tcpip channel.
	JumpDirect Jump = "direct"
	// JumpExec runs ssh on the master, for sites where only that holds keys.
	JumpExec Jump = "exec"
)

// Login says who we are on a host.
type Login struct {
	User       string
	Password   graph.Secret
	Key        graph.Secret // private key in PEM or OpenSSH form
	Passphrase graph.Secret // of Key, if it has one
}

// Host overrides the defaults for one host behind the master.
type Host struct {
	Address string // "": its name
	Port    int    // 0: 22
	Login   *Login // nil: Config.Behind
}

// Config says how to reach the hosts of one environment. Zero durations mean
// the documented defaults.
type Config struct {
	Address string // of the master
	Port    int    // of the master; 0: 22
	Master  Login
	// Behind is the login on other hosts; nil: the master's.
	Behind *Login
	// Hosts are the exceptions, by inventory name.
	Hosts map[string]Host
	Jump  Jump
	// Keys decides about host keys; required.
	Keys *HostKeys
	// Legacy allows algorithms that are broken or on their way out (SHA-1,
	// CBC), for hosts that know no others.
	Legacy bool
	// Dial bounds one connection attempt with its handshake; 0: 10 s.
	Dial time.Duration
	// KeepAlive is the time between signs of life; three unanswered ones end
	// a connection. 0: 15 s.
	KeepAlive time.Duration
	// Observe is told of every connection made or refused; nil: nobody.
	Observe func(host string, took time.Duration, err error)
	Log     *slog.Logger // nil: silent
}

func (c Config) withDefaults() Config {
	if c.Port == 0 {
		c.Port = 22
	}
	if c.Jump == "" {
		c.Jump = JumpAuto
	}
	if c.Behind == nil {
		c.Behind = &c.Master
	}
	if c.Dial == 0 {
		c.Dial = 10 * time.Second
	}
	if c.KeepAlive == 0 {
		c.KeepAlive = 15 * time.Second
	}
	if c.Observe == nil {
		c.Observe = func(string, time.Duration, error) {}
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// login is who we are on a host behind the master.
func (c *Config) login(name string) Login {
	if h := c.Hosts[name]; h.Login != nil {
		return *h.Login
	}
	return *c.Behind
}
