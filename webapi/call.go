package webapi

import (
	"context"

	"github.com/gin-gonic/gin"

	"calipso/webapi/auth"
)

// call is what middleware has found out about a request. It is one thing, made
// by identify, since each value put into a request's context copies the request.
type call struct {
	id   string          // see identify
	addr string          // where it came from, without port
	user *auth.Principal // set by authorize; nil on public routes

	everybody bool // it brought no credentials and was let in all the same: see API.everybody
}

type callKey struct{}

// callOf is what is known of the request that ctx belongs to; nothing outside
// of one.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return &call{}
}

// withCall puts a call into a request's context.
func withCall(c *gin.Context, what *call) {
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), callKey{}, what))
}

// requestID is the id of the request that ctx belongs to, "" outside of one.
func requestID(ctx context.Context) string { return callOf(ctx).id }

// remoteAddr is the address, without port, that a request came from.
func remoteAddr(ctx context.Context) string { return callOf(ctx).addr }

// principal is who makes the request that ctx belongs to; nil on public routes.
func principal(ctx context.Context) *auth.Principal { return callOf(ctx).user }
