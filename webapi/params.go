package webapi

import (
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"

	"calipso/graph"
)

// EnvPath is the environment in a path. It and the other parts of requests below
// are exported for huma alone, which looks into no others.
type EnvPath struct {
	Env graph.EnvID `path:"env" maxLength:"512" doc:"name of the environment"`
}

// ObjectPath is an object in a path.
type ObjectPath struct {
	EnvPath
	ID graph.ID `path:"id" maxLength:"4096" doc:"id of the object, percent-encoded"`
}

// PageQuery asks for one page of a list.
type PageQuery struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"items on a page"`
	Cursor string `query:"cursor" maxLength:"8192" doc:"next_cursor of the page before"`
}

// ListBody is one page of a list.
type ListBody[T any] struct {
	Items []T    `json:"items" nullable:"false" doc:"one page"`
	Next  string `json:"next_cursor,omitempty" doc:"asks for the next page; absent on the last"`
	Total int    `json:"total" doc:"items on all pages"`
}

// pageOf cuts a page out of a list that is there as a whole.
func pageOf[T any](all []T, q PageQuery) (ListBody[T], error) {
	start := 0
	if q.Cursor != "" {
		b, err := base64.RawURLEncoding.DecodeString(q.Cursor)
		if err != nil || len(b) != 8 {
			return ListBody[T]{}, badCursor()
		}
		start = int(min(binary.BigEndian.Uint64(b), uint64(len(all))))
	}
	end := min(start+q.Limit, len(all))
	body := ListBody[T]{Items: all[start:end], Total: len(all)}
	if body.Items == nil {
		body.Items = []T{}
	}
	if end < len(all) {
		body.Next = base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint64(nil, uint64(end)))
	}
	return body, nil
}

func badCursor() error {
	return invalidQuery("cursor", "is none that this list gave out")
}

func invalidQuery(name, reason string) error {
	return &graph.InvalidError{What: "query", Fields: []graph.FieldError{{Field: "query." + name, Reason: reason}}}
}

// pathParam is a parameter of the path, decoded. The router works on the
// encoded path, so that an id may contain a slash, and leaves decoding to us:
// its own would turn a plus sign into a space.
func pathParam(c *gin.Context, name string) string {
	raw := c.Param(name)
	text, err := url.PathUnescape(raw)
	if err != nil { // cannot be: net/http has parsed the whole path
		return raw
	}
	return text
}

// escapePath makes a text fit for one segment of a path.
func escapePath(s string) string {
	return strings.ReplaceAll(url.PathEscape(s), "+", "%2B")
}
