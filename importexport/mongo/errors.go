package mongo

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"
)

// What goes wrong with a MongoDB that is not the fault of its documents. Errors
// that wrap these say in full what to do.
var (
	// ErrUnreachable: nothing answers, or not with the wanted TLS.
	ErrUnreachable = errors.New("no MongoDB can be reached")
	// ErrAuth: it does not take the user name and password.
	ErrAuth = errors.New("the user name or password is not accepted")
	// ErrForbidden: the user may not do this.
	ErrForbidden = errors.New("the user has no right to do this")
	// ErrNoDatabase: the database, or its inventory, is not there.
	ErrNoDatabase = errors.New("no such database or collection")
	// ErrTooOld: the server is older than what the driver speaks to.
	ErrTooOld = errors.New("the server is too old to be spoken to; make a folder with mongoexport and import that")
)

// Fault tells whether an error comes from the MongoDB or from how it was
// addressed, and not from the store.
func Fault(err error) bool {
	for _, fault := range []error{ErrUnreachable, ErrAuth, ErrForbidden, ErrNoDatabase, ErrTooOld} {
		if errors.Is(err, fault) {
			return true
		}
	}
	var a *AddressError
	var s *serverError
	return errors.As(err, &a) || errors.As(err, &s)
}

// serverError is an error of the driver, told without secrets.
type serverError struct {
	text string
	err  error
}

func (e *serverError) Error() string { return e.text }

func (e *serverError) Unwrap() error { return e.err }

// Codes of MongoDB's answers.
const (
	codeUnauthorized   = 13
	codeAuthFailed     = 18
	codeNotFound       = 26
	codeNotImplemented = 238
)

// Explain turns an error of the driver into one that says in plain words, and
// without secrets, what is wrong; nil stays nil. ctx is the caller's: when that
// has ended, its error is told and nothing else.
func (d *Database) Explain(ctx context.Context, what string, err error) error {
	if err == nil {
		return nil
	}
	if cause := ctx.Err(); cause != nil {
		return fmt.Errorf("mongo: %s: %w", what, cause)
	}
	text := d.hide(err.Error())
	var (
		selection topology.ServerSelectionError
		server    mongo.ServerError
	)
	var kind error
	switch {
	case strings.Contains(text, "reports wire version"):
		kind = ErrTooOld
	case strings.Contains(text, "auth error") || errors.As(err, &server) && server.HasErrorCode(codeAuthFailed):
		kind, text = ErrAuth, authReason(text)
	case errors.As(err, &server) && server.HasErrorCode(codeUnauthorized):
		kind = ErrForbidden
	case errors.As(err, &selection), mongo.IsNetworkError(err), mongo.IsTimeout(err):
		kind, text = ErrUnreachable, lastReason(text)
	}
	if kind == nil {
		return &serverError{fmt.Sprintf("mongo: %s: %s", what, text), err}
	}
	return &serverError{fmt.Sprintf("mongo: %s: %s (%s)", what, kind, text), errors.Join(kind, err)}
}

var (
	reasons    = regexp.MustCompile(`Last error: (.*?) \}`)
	connection = regexp.MustCompile(`connection\([^)]*\) `)
)

// lastReason is what the last attempts to reach the servers ended with: of the
// driver's long text what tells a person something.
func lastReason(text string) string {
	var said []string
	for _, m := range reasons.FindAllStringSubmatch(text, -1) {
		said = append(said, connection.ReplaceAllString(m[1], ""))
	}
	if len(said) == 0 {
		return connection.ReplaceAllString(text, "")
	}
	return strings.Join(said, "; ")
}

var codeAndText = regexp.MustCompile(`\(\w+\) ([^\n]+)`)

// authReason is the server's own word on why.
func authReason(text string) string {
	if m := codeAndText.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return lastReason(text)
}

// stalled is a context that ends when one exchange with the server takes
// longer than any does.
func stalled(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, stallTime, errStalled)
}

// stallTime is how long one exchange may take: a batch of documents, or an index
// over a large collection.
const stallTime = 10 * time.Minute

var errStalled = fmt.Errorf("%w: it has not answered for %v", ErrUnreachable, stallTime)
