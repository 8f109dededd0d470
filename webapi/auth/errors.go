package auth

import (
	"errors"
	"fmt"
	"time"
)

// What callers ask of an error with errors.Is.
var (
	// ErrCredentials: unknown user, wrong password, or unknown or expired
	// token. Which of these it was is not told.
	ErrCredentials = errors.New("wrong user name or password")
	// ErrExpired is an ErrCredentials: the token was good once.
	ErrExpired = fmt.Errorf("expired: %w", ErrCredentials)
	// ErrLastAdmin: the change would leave nobody who may manage users.
	ErrLastAdmin = errors.New("the last administrator cannot be removed")
	// ErrExists: there is a user of that name already.
	ErrExists = errors.New("a user of that name exists")
)

// ThrottledError says that too many attempts failed.
type ThrottledError struct {
	Wait time.Duration // until the next attempt is looked at
}

func (e *ThrottledError) Error() string {
	return fmt.Sprintf("auth: too many failed attempts, wait %s", e.Wait.Round(time.Second))
}
