package index

import (
	"testing"

	"go.uber.org/goleak"
)

// Bleve starts its analysis workers when it is imported; they are there before
// the first test, so they do not count.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreCurrent())
}
