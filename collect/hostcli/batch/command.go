package batch

import (
	"strings"
	"time"
)

// Command is one command of a batch.
type Command struct {
	// Argv is the tool and its arguments; no shell looks at them.
	Argv []string
	// Root asks for sudo, where the user is not root.
	Root bool
	// Lane names the commands that run one after another; lanes run side by
	// side. Empty: the common lane.
	Lane string
	// Timeout is how long the command may take; 0: 15 seconds. The batch has
	// the time that its slowest command has.
	Timeout time.Duration
}

// String is the command as one line that a shell would read, without sudo.
func (c Command) String() string {
	words := make([]string, len(c.Argv))
	for i, w := range c.Argv {
		words[i] = quote(w)
	}
	return strings.Join(words, " ")
}

// Unfinished is the status of a command that had not ended when the time of
// its batch was over, the one that timeout(1) gives.
const Unfinished = 124

// Result is what one command answered.
type Result struct {
	Command Command
	Stdout  []byte
	Stderr  []byte
	Status  int // exit status; 127: no such command; Unfinished: time ran out
}

// Transcript is one command that a host was asked, with its answer: what
// recordings are made of.
type Transcript struct {
	Host    string // inventory name of the host
	Command string // as Command.String gives it
	Stdout  []byte
	Stderr  []byte
	Status  int
}
