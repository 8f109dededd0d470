package openstack

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gophercloud/gophercloud/v2"
)

// longestPause is the most that a Retry-After is obeyed; a service that wants
// more is treated as one that refuses.
const longestPause = 2 * time.Minute

// retry decides, for gophercloud, whether a request that failed for the n-th
// time is sent again: nil after the pause, or the error.
func (t tuning) retry(ctx context.Context, _, _ string, _ *gophercloud.RequestOpts, err error, n uint) error {
	if !temporary(err) {
		return err
	}
	var answer gophercloud.ErrUnexpectedResponseCode
	errors.As(err, &answer)
	return t.again(ctx, answer.ResponseHeader, err, n)
}

// backoff is retry for answers 429, which gophercloud asks about separately.
func (t tuning) backoff(ctx context.Context, answer *gophercloud.ErrUnexpectedResponseCode, _ error, n uint) error {
	return t.again(ctx, answer.ResponseHeader, *answer, n)
}

// again pauses before the next try: as long as Retry-After says, else by the
// table. It returns err when the tries are used up.
func (t tuning) again(ctx context.Context, h http.Header, err error, n uint) error {
	if n > uint(len(t.pauses)) {
		return err
	}
	pause := t.pauses[n-1]
	if after, ok := retryAfter(h); ok {
		pause = after
	}
	if pause > longestPause || t.wait(ctx, pause) != nil {
		return err
	}
	return nil
}

// retryAfter reads the header of that name, in either of its forms.
func retryAfter(h http.Header) (time.Duration, bool) {
	text := h.Get("Retry-After")
	if s, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(s) * time.Second, true
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(time.Until(at), 0), true
	}
	return 0, false
}

// temporary tells whether the same request may succeed a moment later.
func temporary(err error) bool {
	var answer gophercloud.ErrUnexpectedResponseCode
	if errors.As(err, &answer) {
		return answer.Actual >= 502 && answer.Actual <= 504
	}
	var sent *url.Error
	if !errors.As(err, &sent) || errors.Is(err, errSlow) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var cert *tls.CertificateVerificationError
	var name *net.DNSError
	return !errors.As(err, &cert) && (!errors.As(err, &name) || name.IsTemporary)
}
