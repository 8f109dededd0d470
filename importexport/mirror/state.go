package mirror

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"calipso/graph"
	"calipso/graph/catalog"
)

// stateID is the id of the one document in importexport.MirrorState.
const stateID = "state"

// State is what is noted in the MongoDB.
type State struct {
	ID string `bson:"_id"`
	// Store is the identity of the store whose documents these are.
	Store string `bson:"store"`
	// Wants stands for what shall be there, and for the program that wrote it.
	Wants string `bson:"wants"`
	// Number grows by one each time.
	Number int64 `bson:"number"`
	// Indexed: the documented indexes are there.
	Indexed bool      `bson:"indexed"`
	Written time.Time `bson:"written"`
	Rooms   []Room    `bson:"environments"`
}

// Room is how far the documents of one environment are, or those of none.
type Room struct {
	Env graph.EnvID `bson:"environment"` // empty: documents of no environment
	// Room is the store's own number of the environment.
	Room uint32 `bson:"room"`
	// At is the commit that the documents are of, Rules that of the documents
	// of no environment by which cliques were found; 0: not copied yet.
	At    graph.Time `bson:"at"`
	Rules graph.Time `bson:"rules"`
	// To and ToRules are what is being written; 0: nothing is. Until that is
	// done, some documents are of At and some of To.
	To      graph.Time `bson:"to"`
	ToRules graph.Time `bson:"to_rules"`
	// Copied are the collections that a copy has done.
	Copied []string `bson:"copied"`
}

// room finds the room of an environment, nil if there is none.
func (s *State) room(env graph.EnvID) *Room {
	i := slices.IndexFunc(s.Rooms, func(r Room) bool { return r.Env == env })
	if i < 0 {
		return nil
	}
	return &s.Rooms[i]
}

// fresh makes the room of an environment one that was not copied yet.
func (s *State) fresh(env graph.EnvID, number uint32) *Room {
	r := s.room(env)
	if r == nil {
		s.Rooms = append(s.Rooms, Room{})
		r = &s.Rooms[len(s.Rooms)-1]
	}
	*r = Room{Env: env, Room: number}
	return r
}

func (s *State) drop(env graph.EnvID) {
	s.Rooms = slices.DeleteFunc(s.Rooms, func(r Room) bool { return r.Env == env })
}

// format is that of documents and state; another one means comparing anew.
const format = 1

// wants stands for all on which the documents depend beside the store: when it
// is another one, everything is compared.
func (o *Options) wants() (string, error) {
	b, err := json.Marshal(struct {
		Format       int
		Version      string
		Environments []graph.EnvID
		NoCliques    bool
		Shipped      []*graph.Document
	}{format, o.Version, o.Environments, o.NoCliques, catalog.Documents()})
	if err != nil {
		return "", fmt.Errorf("mirror: %w", err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16]), nil
}
