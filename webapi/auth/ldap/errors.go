package ldap

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"calipso/webapi/auth"
)

// What callers ask of an error with errors.Is, beside auth.ErrCredentials.
var (
	// ErrUnreachable: the directory did not answer, or not in time. Trying again
	// later may help.
	ErrUnreachable = errors.New("cannot be reached")
	// ErrMisconfigured: the directory answered, and not as the configuration
	// expects: a certificate of somebody else, a search that is refused. Trying
	// again does not help.
	ErrMisconfigured = errors.New("is not as it is configured here")
)

// away are the results of a directory that is there and cannot answer now.
var away = []uint16{
	ldap.LDAPResultBusy, ldap.LDAPResultUnavailable, ldap.LDAPResultServerDown, ldap.LDAPResultTimeout,
	ldap.LDAPResultTimeLimitExceeded, ldap.LDAPResultConnectError, ldap.ErrorNetwork,
}

// refused are the results by which directories turn down a name and password:
// wrong, no such entry, an entry without a password, locked, expired.
var refused = []uint16{
	ldap.LDAPResultInvalidCredentials, ldap.LDAPResultNoSuchObject, ldap.LDAPResultInappropriateAuthentication,
	ldap.LDAPResultConstraintViolation, ldap.LDAPResultUnwillingToPerform,
}

// clearRefused are the results of a directory that wants no password in clear.
var clearRefused = []uint16{ldap.LDAPResultConfidentialityRequired, ldap.LDAPResultStrongAuthRequired}

// fault says what became of one step: an error of ours, with what the library
// said in it.
func (s *session) fault(step string, err error) error {
	switch {
	case err == nil:
		return nil
	case s.parent.Err() != nil:
		return fmt.Errorf("ldap: %s: %w", step, s.parent.Err())
	case errors.Is(err, auth.ErrCredentials), errors.Is(err, ErrMisconfigured), errors.Is(err, ErrUnreachable):
		return fmt.Errorf("ldap: %s: %w", step, err)
	case s.ctx.Err() != nil:
		return fmt.Errorf("ldap: %s: %s %w: no answer within %s", step, s.cfg.URL, ErrUnreachable, s.cfg.Timeout)
	case ldap.IsErrorAnyOf(err, clearRefused...):
		return fmt.Errorf("ldap: %s: %s %w: it wants an encrypted connection, by start_tls yes or ldaps://: %w", step, s.cfg.URL, ErrMisconfigured, err)
	case !distrusted(err) && (ldap.IsErrorAnyOf(err, away...) || !answered(err)):
		return fmt.Errorf("ldap: %s: %s %w: %w", step, s.cfg.URL, ErrUnreachable, err)
	}
	return fmt.Errorf("ldap: %s: %s %w: %w", step, s.cfg.URL, ErrMisconfigured, err)
}

// distrusted tells whether there is somebody, and no TLS with him: his
// certificate is not to be believed, or he speaks something else. Of a StartTLS
// that was granted and came to nothing the library keeps the words alone.
func distrusted(err error) bool {
	var unverified *tls.CertificateVerificationError
	var noTLS tls.RecordHeaderError
	var alert tls.AlertError
	return errors.As(err, &unverified) || errors.As(err, &noTLS) || errors.As(err, &alert) || strings.Contains(err.Error(), "TLS handshake failed")
}

// answered tells whether an error is a directory's answer; all others are of the
// connection.
func answered(err error) bool {
	var result *ldap.Error
	return errors.As(err, &result)
}
