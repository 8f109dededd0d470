package configs

import (
	"slices"
	"strings"

	"calipso/graph"
)

// Mongo names a MongoDB that is kept in step.
type Mongo struct {
	URI          Hidden   `yaml:"uri"`
	Inventory    string   `yaml:"inventory"`
	Environments []string `yaml:"environments"`
	Cliques      bool     `yaml:"cliques"`
}

// Hidden is a text with a password in it, which prints as a secret unless it is
// empty.
type Hidden struct{ graph.Secret }

// MarshalText shows no more than whether there is a text.
func (h Hidden) MarshalText() ([]byte, error) {
	if h.IsZero() {
		return nil, nil
	}
	return h.Secret.MarshalText()
}

func (m *Mongo) validate(bad func(field, format string, args ...any)) {
	if graph.IsMasked(m.URI.Reveal()) {
		bad("mongo.uri", "is masked; give the address itself, mongodb://user:password@host:port/database")
	}
	if m.Inventory == "" || strings.ContainsAny(m.Inventory, "$\x00") || strings.HasPrefix(m.Inventory, "system.") {
		bad("mongo.inventory", "%q is no name of a collection", m.Inventory)
	}
	if slices.Contains(m.Environments, "") {
		bad("mongo.environments", "one has no name")
	}
}
