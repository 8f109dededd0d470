package memory_test

import (
	"testing"

	"calipso/graph/kv"
	"calipso/graph/kv/kvtest"
	"calipso/graph/kv/memory"
)

func TestSuite(t *testing.T) {
	kvtest.Run(t, kvtest.Engine{
		Open:     func(*testing.T, string) kv.DB { return memory.New() },
		Volatile: true,
	})
}
