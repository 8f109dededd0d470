package webapi

import (
	"crypto/rand"
	"encoding/hex"

	"github.com/gin-gonic/gin"
)

// RequestIDHeader carries the id of a request, in both directions.
const RequestIDHeader = "X-Request-Id"

// identify gives every request an id: the one it brings, if that is harmless,
// else a random one.
func identify(c *gin.Context) {
	id := c.GetHeader(RequestIDHeader)
	if !harmlessID(id) {
		b := make([]byte, 8)
		rand.Read(b) // never fails
		id = hex.EncodeToString(b)
	}
	c.Header(RequestIDHeader, id)
	withCall(c, &call{id: id, addr: c.RemoteIP()})
	c.Next()
}

// harmlessID tells whether a foreign id may go into our log.
func harmlessID(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	for _, r := range id {
		if !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '_' || r == '.') {
			return false
		}
	}
	return true
}
