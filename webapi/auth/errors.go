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
	// ErrExpired comes with ErrCredentials: the token was good, and is no more.
	ErrExpired = errors.New("token has expired")
	// ErrDirectory: whether the password is right cannot be told now, since a
	// directory of users does not answer.
	ErrDirectory = errors.New("the directory of users cannot be asked")
	// ErrLastAdmin: the change would leave nobody who may manage users.
	ErrLastAdmin = errors.New("somebody with a password kept here must be able to manage users; this is the last one")
	// ErrExists: there is a user of that name already.
	ErrExists = errors.New("a user of that name exists")
	// ErrRoleExists: there is a role of that name already.
	ErrRoleExists = errors.New("a role of that name exists")
)

// ThrottledError says that too many attempts failed.
type ThrottledError struct {
	Wait time.Duration // until the next attempt is looked at
}

func (e *ThrottledError) Error() string {
	return fmt.Sprintf("auth: too many failed attempts, wait %s", e.Wait.Round(time.Second))
}
