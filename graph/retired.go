package graph

import "fmt"

// RetiredError is an ErrRetired that tells what can be read instead.
type RetiredError struct {
	Env EnvID
	At  Time // that was asked for
	// Since is from when on everything is kept, Oldest the oldest time that can
	// be read.
	Since, Oldest Time
	// Before and After are the nearest kept times earlier than Since; Now if
	// there is none.
	Before, After Time
}

func (e *RetiredError) Error() string {
	text := fmt.Sprintf("%s: everything is kept since %s", ErrRetired, e.Since)
	if e.Oldest == e.Since {
		return text + ", which is the oldest time that can be read"
	}
	text += fmt.Sprintf("; the oldest time that can be read is %s", e.Oldest)
	switch {
	case e.Before != Now && e.After != Now:
		return text + fmt.Sprintf(", the nearest ones are %s and %s", e.Before, e.After)
	case e.Before != Now:
		return text + fmt.Sprintf(", the nearest one before is %s", e.Before)
	case e.After != Now:
		return text + fmt.Sprintf(", the nearest one is %s", e.After)
	}
	return text
}

// Unwrap makes it an ErrRetired.
func (e *RetiredError) Unwrap() error { return ErrRetired }
