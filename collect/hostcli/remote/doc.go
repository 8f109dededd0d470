// Package remote runs programs on hosts over SSH: one connection per host and
// scan, the hosts behind the master host reached through it.
//
// It is the native client of golang.org/x/crypto/ssh with what that leaves
// out: a limit on the handshake, keep-alive, a bound on channels, commands that
// end with their context, host keys that are always checked, and errors that
// say what to do (collect.ErrUnreachable, ErrAuth, ErrHostKey).
package remote
