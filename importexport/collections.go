package importexport

import (
	"strings"

	"calipso/graph"
	"calipso/graph/catalog"
)

// The collections that are not documents of the store.
const (
	inventory = "inventory"
	links     = "links"
	cliques   = "cliques"
)

// room says where the documents of a collection live.
type room int

const (
	unknown room = iota
	inGraph      // vertices and edges
	perEnv       // documents of their environment
	shared       // documents of no environment
	people       // accounts
	left         // not taken, for a reason
)

// kind is what becomes of one collection.
type kind struct {
	room room
	// why: of one that is not taken.
	why string
	// dataset: its name follows that of the inventory (rule DM-03).
	dataset bool
}

const computed = "computed when asked for"

// MirrorState is the collection in which package mirror notes how far the
// documents beside it are.
const MirrorState = "calipso_mirror"

// kinds are all documented collections.
var kinds = map[string]kind{
	inventory: {room: inGraph, dataset: true},
	links:     {room: inGraph, dataset: true},
	cliques:   {room: left, why: computed, dataset: true},
	"graphs":  {room: left, why: computed, dataset: true}, "schemas": {room: left, why: computed, dataset: true},
	"validations": {room: left, why: computed, dataset: true}, "statistics": {room: left, why: "flow samples are not kept"},

	string(graph.Scans): {room: perEnv}, "scheduled_scans": {room: perEnv}, string(graph.Messages): {room: perEnv},
	string(graph.Parts): {room: perEnv}, string(graph.Snapshots): {room: left, why: "names of past times, which files do not hold"},

	string(graph.Environments): {room: shared},
	string(graph.CliqueTypes):  {room: shared, dataset: true}, string(graph.CliqueConstraints): {room: shared, dataset: true},
	string(graph.LinkTypes): {room: shared}, string(graph.Constants): {room: shared}, string(catalog.SupportedEnvironments): {room: shared},
	"environment_options": {room: shared}, "network_agent_types": {room: shared}, "monitoring_config_templates": {room: shared},
	"attributes_for_hover_on_data": {room: shared},

	"monitoring_config":                         {room: left, why: "generated, with passwords in it", dataset: true},
	"connection_tests":                          {room: left, why: "requests with access data, long answered"},
	string(graph.Users):                         {room: people},
	string(graph.Roles):                         {room: left, why: "rights come with Calipso, and users bring theirs"},
	"user_settings":                             {room: left, why: "how far message views look back is chosen where they are shown"},
	string(graph.Tokens):                        {room: left, why: "tokens do not say whose they are; sign in for new ones"},
	"meteor_accounts_loginServiceConfiguration": {room: left, why: "the web interface's own"},
	string(graph.Settings):                      {room: left, why: "the server's own"},
	MirrorState:                                 {room: left, why: "how far a mirror is", dataset: true},
}

// CollectionName is the name that a collection has beside an inventory of the
// given name ("" or "inventory": the documented one).
func CollectionName(inventoryName, collection string) string {
	switch {
	case inventoryName == "" || inventoryName == inventory || !kinds[collection].dataset:
		return collection
	case collection == inventory:
		return inventoryName
	case strings.HasPrefix(inventoryName, inventory):
		return strings.ReplaceAll(inventoryName, inventory, collection)
	}
	return inventoryName + "_" + collection
}

// Reads tells whether an import reads a collection of the given name beside an
// inventory of the given name.
func Reads(inventoryName, collection string) bool {
	for c, k := range kinds {
		if CollectionName(inventoryName, c) == collection {
			return k.room != left
		}
	}
	return false
}
