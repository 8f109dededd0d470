package collecttest

import "time"

// SSHFault is something that goes wrong. Empty Host and Command mean any; the
// first fault that fits counts.
type SSHFault struct {
	Host    string
	Command string // as batch.Command.String gives it

	// Of a host:
	RefuseLogin bool // no credentials are good enough
	Silent      bool // connections are taken, nothing is ever said
	Closed      bool // nobody listens there
	Drop        bool // the connection ends in the middle of an answer

	// Of a host or a command:
	Delay time.Duration // before the answer

	// Of a command:
	Missing bool   // there is no such tool: status 127
	Status  int    // ends with this status instead of its recorded answer
	Stderr  string // and says so
}

func (f SSHFault) ofCommand() bool { return f.Missing || f.Status != 0 || f.Command != "" }

// hostFault is the fault of a host as a whole.
func hostFault(faults []SSHFault, host string) SSHFault {
	for _, f := range faults {
		if (f.Host == "" || f.Host == host) && !f.ofCommand() {
			return f
		}
	}
	return SSHFault{}
}

// commandFault is the fault of one command.
func commandFault(faults []SSHFault, host, command string) SSHFault {
	for _, f := range faults {
		if (f.Host == "" || f.Host == host) && (f.Command == "" || f.Command == command) && f.ofCommand() {
			return f
		}
	}
	return SSHFault{}
}
