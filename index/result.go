package index

import (
	"calipso/graph"
)

// Query asks for objects by a text that a person typed.
type Query struct {
	// Text is a name, an id, a MAC or IP address, or a piece of one; at most
	// MaxQuery bytes. Several words must all be found.
	Text string
	// Envs limits the search to some environments; nil: all, empty but not
	// nil: none (a caller who may see nothing).
	Envs []graph.EnvID
	// Types limits it to some types of object. Folders are found only when
	// their type is among these.
	Types []graph.VertexType
	// Time asks for the objects that matched at a past time; graph.Now for
	// those that do.
	Time graph.Time
	// History asks for those that match or ever did, whatever became of them.
	// Of what matches equally well, objects that are still there come first,
	// and then what was so last.
	History bool
	// Limit is the most hits wanted; 0: DefaultLimit, at most MaxLimit.
	Limit int
	// Cursor is the Next of the page before.
	Cursor string
}

// Result is one page of hits, the best first.
type Result struct {
	Hits []Hit `json:"hits"`
	// Total counts all objects that match, this page and all others.
	Total int `json:"total"`
	// TotalExact is false if so many candidates had to be read that counting
	// ended before the last; Total is then the number found until there.
	TotalExact bool `json:"total_exact"`
	// Next asks for the page after this one; empty: there is none.
	Next string `json:"next_cursor,omitempty"`
}

// Hit is one object found.
type Hit struct {
	Env     graph.EnvID      `json:"environment"`
	ID      graph.ID         `json:"id"`
	Type    graph.VertexType `json:"type"`
	Name    string           `json:"name"`
	Matched Matched          `json:"matched"`
	// Rank says in what way it matches, and Score the same as a number from 1
	// to 100, higher is better.
	Rank  Rank `json:"rank"`
	Score int  `json:"score"`
	// From and To are the commits with which the object got the text that
	// matched, and lost it; To is 0 while it has it. What came and went very
	// often is taken together.
	From graph.Time `json:"valid_from"`
	To   graph.Time `json:"valid_to,omitempty"`
	// Exists tells whether the object is there now.
	Exists bool `json:"exists"`
}

// Matched is the text that was found in an object.
type Matched struct {
	Field string `json:"field"` // documented name of the attribute: "mac_address"
	Text  string `json:"text"`
}

// Rank is the way in which an object matches; a lower one comes first. Hits of
// one rank are ordered by environment, type and id.
type Rank uint8

// The ranks.
const (
	Identifier Rank = iota // the text is the id, MAC, IP or another identifier
	ExactName              // the text is the name
	Prefix                 // a name or identifier begins with it
	Word                   // its words are words of a name or identifier
	WordPrefix             // its words begin words of one
	Substring              // it occurs somewhere in one
	Network                // the address lies in a network of the object
	Typo                   // a name is like it but for one or two letters
	noMatch
)

var rankNames = [...]string{"identifier", "name", "prefix", "word", "word_prefix", "substring", "network", "typo"}

// String is the name of a rank as the API shows it.
func (r Rank) String() string {
	if int(r) < len(rankNames) {
		return rankNames[r]
	}
	return "none"
}

// MarshalText gives the name.
func (r Rank) MarshalText() ([]byte, error) { return []byte(r.String()), nil }
