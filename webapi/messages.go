package webapi

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"calipso/graph"
	"calipso/graph/message"
)

// MessageBody is what happened in an environment.
type MessageBody struct {
	Doc        string      `json:"_id" doc:"id of its document; in paths this, or id"`
	ID         string      `json:"id" doc:"as its writer gave it; several may have the same"`
	Env        graph.EnvID `json:"environment"`
	Source     string      `json:"source_system" doc:"Calipso, OpenStack, Sensu, Kubernetes"`
	Level      string      `json:"level" enum:"panic,alert,crit,error,warn,notice,info,debug" doc:"how grave it is"`
	Text       any         `json:"message" doc:"a line, or the body of an event or check"`
	Time       *time.Time  `json:"timestamp" doc:"when it happened; null: not known"`
	Received   *time.Time  `json:"received_timestamp,omitempty" doc:"of an event: when it arrived"`
	Finished   *time.Time  `json:"finished_timestamp,omitempty" doc:"of an event: when it was dealt with"`
	Object     string      `json:"related_object,omitempty" doc:"id of the object that it is about"`
	ObjectType string      `json:"related_object_type,omitempty" doc:"type of that"`
	Context    string      `json:"display_context,omitempty" doc:"id of the object whose view should show it"`
	Viewed     bool        `json:"viewed" doc:"somebody has seen it"`
	OriginID   string      `json:"origin_id,omitempty" doc:"the scan that caused it"`
	OriginType string      `json:"origin_type,omitempty" doc:"manual scan, scheduled scan, …"`
}

func newMessageBody(m *message.Message) MessageBody {
	when := func(t time.Time) *time.Time {
		if t.IsZero() {
			return nil
		}
		return &t
	}
	return MessageBody{
		m.Doc, m.ID, m.Env, m.Source, m.Level, m.Text, when(m.Time), when(m.Received), when(m.Finished), m.Object, m.ObjectType, m.Context, m.Viewed, m.OriginID, m.OriginType,
	}
}

// MessageFilter chooses messages.
type MessageFilter struct {
	IDs        []string  `query:"ids" maxItems:"1000" doc:"only these, by _id or id" example:"scan-7-0000"`
	Levels     []string  `query:"level,explode" maxItems:"10" doc:"only of these levels; warning means warn and notice" example:"error"`
	Sources    []string  `query:"source_system,explode" maxItems:"10" doc:"only from these systems" example:"Calipso"`
	Object     string    `query:"related_object" maxLength:"4096" doc:"only about this object, or to be shown with it" example:"node-1"`
	ObjectType string    `query:"related_object_type" maxLength:"100" doc:"only about objects of this type" example:"host"`
	Origin     string    `query:"origin_id" maxLength:"200" doc:"only those that this scan caused" example:"5f3c0ff0b7e4d1c6a0900001"`
	From       time.Time `query:"from" doc:"only from this time on (RFC 3339)" example:"2026-03-01T12:00:00Z"`
	To         time.Time `query:"to" doc:"only up to this time" example:"2026-03-02T12:00:00Z"`
	Viewed     string    `query:"viewed" enum:"true,false" doc:"only those seen, or not seen yet"`
	Text       string    `query:"q" maxLength:"500" doc:"only with this in their text, whatever the case" example:"timeout"`
}

func (f MessageFilter) filter() message.Filter {
	out := message.Filter{IDs: f.IDs, Levels: f.Levels, Sources: f.Sources, Object: f.Object, ObjectType: f.ObjectType, Origin: f.Origin, From: f.From, To: f.To, Text: f.Text}
	if f.Viewed != "" {
		yes := f.Viewed == "true"
		out.Viewed = &yes
	}
	return out
}

func (a *API) messages(ctx context.Context, env graph.EnvID, f MessageFilter) (*message.List, error) {
	if a.opt.Messages == nil {
		return nil, fmt.Errorf("messages: %w", ErrUnavailable)
	}
	return a.opt.Messages.List(ctx, env, f.filter())
}

type messageListRequest struct {
	EnvPath
	MessageFilter
	PageQuery
	LinesHeader
}

// listMessages serves GET /api/v1/environments/{env}/messages, newest first: a
// page or, in lines, all of them. A cursor holds whatever comes or goes.
func (a *API) listMessages(ctx context.Context, in *messageListRequest) (*huma.StreamResponse, error) {
	list, err := a.messages(ctx, in.Env, in.MessageFilter)
	if err != nil {
		return nil, err
	}
	if in.lines() {
		return firstThenLines(ctx, a, list.All(ctx), func(m *message.Message) any { return newMessageBody(m) })
	}
	after, err := messageMark(in.Cursor)
	if err != nil {
		return nil, err
	}
	page, next, err := list.Page(ctx, after, in.Limit)
	if err != nil {
		return nil, err
	}
	body := ListBody[MessageBody]{Items: []MessageBody{}, Total: list.Len()}
	for _, m := range page {
		body.Items = append(body.Items, newMessageBody(m))
	}
	if next != nil {
		body.Next = base64.RawURLEncoding.EncodeToString([]byte(next.Time.Format(time.RFC3339Nano) + " " + next.Doc))
	}
	return inJSON(body)
}

// messageMark reads a cursor; none is the start.
func messageMark(cursor string) (*message.Mark, error) {
	if cursor == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	when, doc, ok := strings.Cut(string(b), " ")
	if err != nil || !ok {
		return nil, badCursor()
	}
	t, err := time.Parse(time.RFC3339Nano, when)
	if err != nil {
		return nil, badCursor()
	}
	return &message.Mark{Time: t, Doc: doc}, nil
}

// MessageCounts say how many messages there are.
type MessageCounts struct {
	Total    int            `json:"total"`
	Unviewed int            `json:"unviewed" doc:"those that nobody has seen"`
	Levels   map[string]int `json:"levels" doc:"by level"`
	Groups   map[string]int `json:"groups" doc:"error: panic, alert, crit, error; warning: warn, notice; info: the rest"`
}

type messageCountRequest struct {
	EnvPath
	MessageFilter
}

type messageCountReply struct{ Body MessageCounts }

// countMessages serves GET /api/v1/environments/{env}/message-counts.
func (a *API) countMessages(ctx context.Context, in *messageCountRequest) (*messageCountReply, error) {
	list, err := a.messages(ctx, in.Env, in.MessageFilter)
	if err != nil {
		return nil, err
	}
	return &messageCountReply{Body: MessageCounts(list.Counts())}, nil
}

// MessagePath is a message in a path.
type MessagePath struct {
	EnvPath
	ID string `path:"id" maxLength:"400" doc:"_id or id of the message" example:"scan-7-0000"`
}

type messageRequest struct {
	MessagePath
	IfNoneMatch
}

// getMessage serves GET …/messages/{id}: 200, 304, 404.
func (a *API) getMessage(ctx context.Context, in *messageRequest) (*docReply[MessageBody], error) {
	m, err := a.message(ctx, in.MessagePath)
	if err != nil {
		return nil, err
	}
	return reply(newMessageBody(m), in.IfNoneMatch)
}

func (a *API) message(ctx context.Context, p MessagePath) (*message.Message, error) {
	if a.opt.Messages == nil {
		return nil, fmt.Errorf("messages: %w", ErrUnavailable)
	}
	return a.opt.Messages.Get(ctx, p.Env, p.ID)
}

// MessageMark says whether somebody has seen a message.
type MessageMark struct {
	Viewed bool `json:"viewed" doc:"somebody has seen it"`
}

type markMessageRequest struct {
	MessagePath
	IfMatch
	Body MessageMark
}

// markMessage serves PUT …/messages/{id}: 200, 404, 412.
func (a *API) markMessage(ctx context.Context, in *markMessageRequest) (*docReply[MessageBody], error) {
	m, err := a.message(ctx, in.MessagePath)
	if err != nil {
		return nil, err
	}
	if _, err := a.opt.Messages.View(ctx, principal(ctx).User.Name, in.Env, message.Only(m), in.Body.Viewed, in.message); err != nil {
		return nil, err
	}
	if m, err = a.message(ctx, MessagePath{in.EnvPath, m.Doc}); err != nil {
		return nil, err
	}
	b := newMessageBody(m)
	return change(b, http.StatusOK, b, "")
}

func (c IfMatch) message(m *message.Message) error { return c.allow(newMessageBody(m)) }

type removeMessageRequest struct {
	MessagePath
	IfMatch
}

// removeMessage serves DELETE …/messages/{id}: 204, 404, 412.
func (a *API) removeMessage(ctx context.Context, in *removeMessageRequest) (*struct{}, error) {
	m, err := a.message(ctx, in.MessagePath)
	if err != nil {
		return nil, err
	}
	_, err = a.opt.Messages.Remove(ctx, principal(ctx).User.Name, in.Env, message.Only(m), in.message)
	return nil, err
}
