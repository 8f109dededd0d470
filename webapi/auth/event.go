package auth

import "context"

// Event is an attempt to get in, as the audit log tells of it. Attempts that
// were not looked at, there having been too many, are none.
type Event struct {
	User    string // name of the account; "" if there is none of that name, for what was typed may be a password
	Addr    string // where it came from
	By      string // "password", "basic", or the name of another source
	Refused string // why; "": let in
}

// Observe has f told of every event, in the goroutine and context of who asks.
// It is called before the accounts are used, at most once.
func (a *Accounts) Observe(f func(context.Context, Event)) { a.tell = f }
