package webapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
)

// IfNoneMatch lets a client that holds an answer ask whether it is still true.
type IfNoneMatch struct {
	NoneMatch string `header:"If-None-Match" maxLength:"1000" doc:"ETag of an answer that the client holds: 304 if nothing changed" example:"\"3b5d5c3712955042\""`
}

// IfMatch lets a client change only what it has seen.
type IfMatch struct {
	Match string `header:"If-Match" maxLength:"1000" doc:"ETag of what the client has seen: 412 if it is different by now; absent or *: change it in any case" example:"\"3b5d5c3712955042\""`
}

// docReply answers with something that has a version.
type docReply[T any] struct {
	Status   int
	ETag     string `header:"ETag" doc:"version of the answer"`
	Location string `header:"Location" doc:"where what was made is"`
	Body     T
}

// etag is the version of an answer: the same text, the same version. Secrets
// are masked in it, so it tells nothing of them.
func etag(body any) (string, error) {
	var b bytes.Buffer
	if err := writeJSON(&b, body); err != nil {
		return "", err
	}
	sum := sha256.Sum256(b.Bytes())
	return `"` + hex.EncodeToString(sum[:8]) + `"`, nil
}

// reply answers with a body and its version, or says that the client holds it.
func reply[T any](body T, cond IfNoneMatch) (*docReply[T], error) {
	tag, err := etag(body)
	if err != nil {
		return nil, err
	}
	out := &docReply[T]{Status: http.StatusOK, ETag: tag, Body: body}
	if lists(cond.NoneMatch, tag) {
		out.Status = http.StatusNotModified
	}
	return out, nil
}

// allow says whether a client may change what is there now.
func (c IfMatch) allow(body any) error {
	if c.Match == "" || strings.TrimSpace(c.Match) == "*" {
		return nil
	}
	tag, err := etag(body)
	if err != nil {
		return err
	}
	if !lists(c.Match, tag) {
		return newProblem(http.StatusPreconditionFailed, "it was changed since you read it, to version "+tag+"; read it again")
	}
	return nil
}

// lists tells whether a list of versions holds one. Weak ones count too: there
// is no weaker form of an answer here.
func lists(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if part == tag || part == "*" {
			return true
		}
	}
	return false
}
