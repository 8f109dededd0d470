package graph

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"
)

// EnvID names one environment; Shared is the room for documents that belong to
// none (environments themselves, users, clique types).
type EnvID string

// Shared holds the documents that belong to no single environment. It has
// documents only, never vertices or edges.
const Shared EnvID = ""

// ID names one vertex. Ids are unique inside an environment across all types.
type ID string

// VertexType is the type of an object, as spec'd for collection "inventory":
// lower case, no dash.
type VertexType string

// EdgeType is the type of a link: the types of its ends, joined by one dash,
// in the direction it is stored.
type EdgeType string

// EdgeTypeOf joins two vertex types to the type of an edge between them.
func EdgeTypeOf(from, to VertexType) EdgeType {
	return EdgeType(string(from) + "-" + string(to))
}

// Ends splits an edge type into the types of its ends; ok is false unless it
// has exactly one dash with something on both sides.
func (t EdgeType) Ends() (from, to VertexType, ok bool) {
	a, b, found := strings.Cut(string(t), "-")
	ok = found && a != "" && b != "" && !strings.Contains(b, "-")
	return VertexType(a), VertexType(b), ok
}

// Reverse is the mirrored type: "vnic-instance" for "instance-vnic". A type
// that does not split is its own mirror.
func (t EdgeType) Reverse() EdgeType {
	from, to, ok := t.Ends()
	if !ok {
		return t
	}
	return EdgeTypeOf(to, from)
}

// OID is a 12-byte document id as 24 lower-case hex digits, the form that the
// MongoDB mirror and the old REST API show as "_id".
type OID string

// VertexOID derives the stable document id of a vertex, so that links, cliques
// and bookmarks survive a cleared scan (rule DM-06).
func VertexOID(env EnvID, t VertexType, id ID) OID {
	return oid("v", string(env), string(t), string(id))
}

// EdgeOID derives the stable document id of an edge.
func EdgeOID(env EnvID, k EdgeKey) OID {
	return oid("e", string(env), string(k.Type), string(k.From), string(k.To))
}

// DocumentOID derives the stable document id of a document that has none of
// its own.
func DocumentOID(env EnvID, c Collection, id string) OID {
	return oid("d", string(env), string(c), id)
}

func oid(parts ...string) OID {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return OID(hex.EncodeToString(sum[:12]))
}

// NewOID makes a document id that did not exist before: four bytes of time,
// eight of chance.
func NewOID(at time.Time) OID {
	var b [12]byte
	binary.BigEndian.PutUint32(b[:4], uint32(at.Unix()))
	rand.Read(b[4:]) // never fails
	return OID(hex.EncodeToString(b[:]))
}
