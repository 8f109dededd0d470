package webapi

import (
	"context"
	"net/http"

	"calipso/graph"
	"calipso/graph/message"
)

// EveryQuery says that what chooses nothing is meant for all.
type EveryQuery struct {
	All bool `query:"all" doc:"all messages; this, or a filter"`
}

// means refuses a filter that chooses everything, unless that is what is meant.
func (q EveryQuery) means(f message.Filter) error {
	if f.Empty() != q.All {
		reason := "is given with a filter; give one or the other"
		if !q.All {
			reason = "is not given, and no filter: say all=true to mean all messages"
		}
		return &graph.InvalidError{What: "query", Fields: []graph.FieldError{{Field: "query.all", Reason: reason}}}
	}
	return nil
}

// MessageCount says how many messages a request changed.
type MessageCount struct {
	Count int `json:"count" doc:"messages that were changed"`
}

type messageCountOnly struct{ Body MessageCount }

type markMessagesRequest struct {
	EnvPath
	MessageFilter
	EveryQuery
	Body MessageMark
}

// markMessages serves PUT /api/v1/environments/{env}/messages: 200, 422.
func (a *API) markMessages(ctx context.Context, in *markMessagesRequest) (*messageCountOnly, error) {
	if _, err := a.messages(ctx, in.Env, in.MessageFilter); err != nil {
		return nil, err
	}
	if err := in.means(in.filter()); err != nil {
		return nil, err
	}
	n, err := a.opt.Messages.View(ctx, principal(ctx).User.Name, in.Env, in.filter(), in.Body.Viewed, nil)
	return &messageCountOnly{Body: MessageCount{n}}, err
}

type removeMessagesRequest struct {
	EnvPath
	MessageFilter
	EveryQuery
}

// removeMessages serves DELETE /api/v1/environments/{env}/messages: 200, 422.
func (a *API) removeMessages(ctx context.Context, in *removeMessagesRequest) (*messageCountOnly, error) {
	if _, err := a.messages(ctx, in.Env, in.MessageFilter); err != nil {
		return nil, err
	}
	if err := in.means(in.filter()); err != nil {
		return nil, err
	}
	n, err := a.opt.Messages.Remove(ctx, principal(ctx).User.Name, in.Env, in.filter(), nil)
	return &messageCountOnly{Body: MessageCount{n}}, err
}

// messageRoutes is the list of what happened, and what may be done with that.
func (a *API) messageRoutes() {
	const list, counts, tag = "/environments/{env}/messages", "/environments/{env}/message-counts", "messages"
	add(a, viewEnv, orLines(written[ListBody[MessageBody]](a, op("list-messages", http.MethodGet, list, tag, "What happened in an environment, newest first", http.StatusOK)), "all messages, whatever limit and cursor say"), a.listMessages)
	add(a, viewEnv, op("count-messages", http.MethodGet, counts, tag, "How many messages there are, by level", http.StatusOK), a.countMessages)
	add(a, viewEnv, op("get-message", http.MethodGet, list+"/{id}", tag, "One message", http.StatusOK), a.getMessage)
	add(a, editEnv, op("mark-message", http.MethodPut, list+"/{id}", tag, "Mark a message as viewed, or not", http.StatusOK), a.markMessage)
	add(a, editEnv, op("mark-messages", http.MethodPut, list, tag, "Mark all that a filter chooses as viewed, or not", http.StatusOK), a.markMessages)
	add(a, editEnv, op("remove-message", http.MethodDelete, list+"/{id}", tag, "Remove a message", http.StatusNoContent), a.removeMessage)
	add(a, editEnv, op("remove-messages", http.MethodDelete, list, tag, "Remove all that a filter chooses", http.StatusOK), a.removeMessages)
}
