package collect

import (
	"errors"
	"fmt"
)

// What callers ask of an error with errors.Is. Permanent or temporary is
// decided where the error is born: ErrUnreachable alone is worth another try.
var (
	// ErrUnreachable: no connection, or it broke; a later try may succeed.
	ErrUnreachable = errors.New("unreachable")
	// ErrAuth: the credentials are refused, or do not allow this.
	ErrAuth = errors.New("access refused")
	// ErrHostKey: the host's key is unknown or not the one remembered.
	ErrHostKey = errors.New("host key not accepted")
	// ErrMissingTool: the command does not exist on that host.
	ErrMissingTool = errors.New("command not found")
)

// ParseError says which line of which answer has not the expected form.
type ParseError struct {
	Source string // command or API call, with the host: "node-1: ip -j link"
	Line   int    // counted from 1; 0: the answer as a whole
	Text   string // the line, cut to 200 bytes
	Reason string // what was expected
}

func (e *ParseError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.Source, e.Reason)
	}
	return fmt.Sprintf("%s: line %d %q: %s", e.Source, e.Line, e.Text, e.Reason)
}

// CommandError is a command that ended with a status other than 0.
type CommandError struct {
	Host    string
	Command string
	Status  int
	Stderr  string // last 500 bytes
}

func (e *CommandError) Error() string {
	return fmt.Sprintf("%s: %s: status %d: %s", e.Host, e.Command, e.Status, e.Stderr)
}

// Is makes status 127 an ErrMissingTool.
func (e *CommandError) Is(target error) bool {
	return target == ErrMissingTool && e.Status == 127
}

// StatusError is an HTTP answer other than the one hoped for.
type StatusError struct {
	Service string // compute, network, identity, …
	Op      string // "GET /v2.1/servers/detail"
	Status  int
	Fault   string // the service's own words
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("%s: %s: HTTP %d: %s", e.Service, e.Op, e.Status, e.Fault)
}

// Is makes 401 and 403 an ErrAuth, and 502 to 504 an ErrUnreachable.
func (e *StatusError) Is(target error) bool {
	switch e.Status {
	case 401, 403:
		return target == ErrAuth
	case 502, 503, 504:
		return target == ErrUnreachable
	}
	return false
}
