package oidc

import "errors"

// What callers ask of an error with errors.Is. An error that is none of these
// is the caller's own: a context that ended.
var (
	// ErrAgain: the answer does not belong to a sign-in that this browser began
	// here within the last minutes, or was used already. Beginning anew helps.
	ErrAgain = errors.New("the sign-in was not begun here, took too long or was finished already")
	// ErrDenied: the provider, or the person himself, says no.
	ErrDenied = errors.New("the provider did not let the person sign in")
	// ErrUnreachable: the provider does not answer.
	ErrUnreachable = errors.New("the provider cannot be reached")
	// ErrProvider: the provider answers, and not as it should: a client it does
	// not know, a token that is not signed, not for us, or expired.
	ErrProvider = errors.New("the provider's answer cannot be used")
)
