package badger

import engine "github.com/dgraph-io/badger/v4"

// EngineOptions are the engine's own options for a directory, as Open has them:
// what a measurement of the bare engine needs to compare like with like.
func EngineOptions(dir string, opt Options) engine.Options { return opt.withDefaults().engine(dir) }
