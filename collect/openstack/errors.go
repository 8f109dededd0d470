package openstack

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/gophercloud/gophercloud/v2"

	"calipso/collect"
)

// explain turns what a request ended with into an error of package collect:
// *StatusError for an answer, *ParseError for one that cannot be read,
// ErrUnreachable for none. op is method and path, host what was connected to.
func explain(ctx context.Context, service, op, host string, err error) error {
	if err == nil {
		return nil
	}
	if context.Cause(ctx) == errClosed {
		return errClosed
	}
	if ctx.Err() != nil {
		return fmt.Errorf("openstack: %s: %s: %w", service, op, ctx.Err())
	}
	var renew *gophercloud.ErrUnableToReauthenticate
	if errors.As(err, &renew) {
		return fmt.Errorf("openstack: renew the token: %w", explain(ctx, "identity", "POST /v3/auth/tokens", host, renew.ErrReauth))
	}
	var answer gophercloud.ErrUnexpectedResponseCode
	if errors.As(err, &answer) {
		return fmt.Errorf("openstack: %w", &collect.StatusError{Service: service, Op: op, Status: answer.Actual, Fault: fault(answer.Body)})
	}
	var parse *collect.ParseError
	if errors.As(err, &parse) {
		return fmt.Errorf("openstack: %w", parse)
	}
	var sent *url.Error
	if errors.As(err, &sent) {
		var cert *tls.CertificateVerificationError
		if errors.As(err, &cert) {
			return fmt.Errorf("openstack: %s at %s: certificate not accepted: %w", service, host, cert.Err)
		}
		return fmt.Errorf("openstack: %s at %s: %w: %w", service, host, collect.ErrUnreachable, sent.Err)
	}
	return fmt.Errorf("openstack: %w", &collect.ParseError{Source: service + ": " + op, Reason: notJSON(err)})
}

// notJSON says why an answer is not the JSON it should be.
func notJSON(err error) string {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF):
		return "answer is empty"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "JSON ends too early"
	case errors.As(err, &syntax):
		return fmt.Sprintf("no JSON at byte %d: %v", syntax.Offset, syntax)
	}
	return "not the JSON expected: " + err.Error()
}

// fault is a service's own explanation, from the shapes that they use:
// {"error": {"message"}}, {"itemNotFound": {"message"}}, {"NeutronError":
// {"message"}}, {"errors": [{"detail"}]}; else the start of the text.
func fault(body []byte) string {
	var whole map[string]json.RawMessage
	if json.Unmarshal(body, &whole) == nil {
		for _, name := range sorted(whole) {
			var one struct{ Message, Detail string }
			if json.Unmarshal(whole[name], &one) == nil && one.Message+one.Detail != "" {
				return short(one.Message + one.Detail)
			}
			var list []struct{ Message, Detail string }
			if json.Unmarshal(whole[name], &list) == nil && len(list) > 0 {
				return short(list[0].Message + list[0].Detail)
			}
			var text string
			if name == "message" && json.Unmarshal(whole[name], &text) == nil {
				return short(text)
			}
		}
	}
	return short(string(body))
}

// short puts a text on one line of at most 200 bytes.
func short(text string) string {
	text = strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "?")
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "") + "…"
	}
	if text == "" {
		return "no explanation given"
	}
	return text
}
