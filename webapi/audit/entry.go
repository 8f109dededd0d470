package audit

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"calipso/graph"
)

// Entry is one thing that somebody did, or tried.
type Entry struct {
	ID      string    `json:"id" doc:"of the entry"`
	Time    time.Time `json:"time" doc:"when it was done"`
	Who     string    `json:"who" doc:"name of the account; empty: of none that exists"`
	Via     string    `json:"via,omitempty" doc:"by what he was known: session, token NAME, command NAME, old, basic; of a sign-in: password, basic, or the directory or provider"`
	From    string    `json:"from,omitempty" doc:"address it came from; empty: commands on the data directory"`
	Request string    `json:"request,omitempty" doc:"id of the request, as in X-Request-Id and the log"`
	Action  string    `json:"action" doc:"login, login-refused, or the name of the operation"`
	Path    string    `json:"path,omitempty" doc:"method and path of the request"`
	Status  int       `json:"status,omitempty" doc:"of the answer; 403: it was refused"`
	Reason  string    `json:"reason,omitempty" doc:"why a sign-in was refused"`
	// Envs are all environments that the entry tells anything of.
	Envs    []graph.EnvID    `json:"environments" nullable:"false" doc:"environments concerned"`
	Changes []DocumentChange `json:"changes" nullable:"false" doc:"documents changed, the first fifty of them"`
	// Objects and Links count what was changed of the graph; More the documents
	// that Changes leaves out.
	Objects int `json:"objects,omitempty" doc:"objects changed"`
	Links   int `json:"links,omitempty" doc:"links changed"`
	More    int `json:"more,omitempty" doc:"documents changed beside those listed"`
}

// DocumentChange is what became of one document: the members that differ.
type DocumentChange struct {
	Op         graph.Op         `json:"op" enum:"added,changed,removed" doc:"what became of it"`
	Collection graph.Collection `json:"collection" doc:"kind of document"`
	ID         string           `json:"id" doc:"of the document"`
	Env        graph.EnvID      `json:"environment,omitempty" doc:"that it belongs to; empty: to none alone"`
	Before     map[string]any   `json:"before,omitempty" doc:"members that are gone or differ, as they were; secrets masked"`
	After      map[string]any   `json:"after,omitempty" doc:"members that are new or differ, as they are"`
}

// idOf makes ids sort the newest first. tail tells entries of one moment apart.
func idOf(t time.Time, tail uint32) string {
	b := binary.BigEndian.AppendUint64(nil, math.MaxUint64-uint64(t.UnixNano()))
	return hex.EncodeToString(binary.BigEndian.AppendUint32(b, tail))
}

// firstOf is where the entries made at t, and before, begin.
func firstOf(t time.Time) string { return idOf(t, 0) }

func (e *Entry) document() (*graph.Document, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("audit: entry: %w", err)
	}
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.Audit, ID: e.ID}, Body: graph.Attrs{
		"time": e.Time.UTC(), "who": e.Who, "action": e.Action, "entry": string(body),
	}}, nil
}

func entryOf(d *graph.Document) (*Entry, error) {
	e := new(Entry)
	if err := json.Unmarshal([]byte(d.Body.String("entry")), e); err != nil {
		return nil, fmt.Errorf("audit: entry %q: %w", d.ID, err)
	}
	return e, nil
}
