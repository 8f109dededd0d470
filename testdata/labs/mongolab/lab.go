// Package mongolab gives tests a MongoDB: the server that LAB_MONGO_URI names,
// else one that they start for themselves (testdata/labs/mongo) and end again.
package mongolab

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Lab is the server that all tests of one binary share. Its zero value is ready
// and starts when a test first needs it; whoever declares it calls Stop at the
// end of TestMain.
type Lab struct {
	mu struct {
		sync.Mutex
		asked   bool
		uri     string
		server  *Server
		missing error
	}
}

// Need gives the URI of the server. Without one the test skips, or fails if
// LAB_REQUIRED names mongo.
func (l *Lab) Need(t testing.TB) string {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.mu.asked {
		l.mu.asked = true
		if l.mu.uri = os.Getenv("LAB_MONGO_URI"); l.mu.uri == "" {
			if l.mu.server, l.mu.missing = start(Options{}); l.mu.missing == nil {
				l.mu.uri = l.mu.server.URI("")
			}
		}
	}
	need(t, l.mu.missing)
	return l.mu.uri
}

func need(t testing.TB, missing error) {
	t.Helper()
	if missing == nil {
		return
	}
	if slices.Contains(strings.Split(os.Getenv("LAB_REQUIRED"), ","), "mongo") {
		t.Fatalf("no MongoDB: %v", missing)
	}
	t.Skipf("no MongoDB: %v; run testdata/labs/install mongo, or set LAB_MONGO_URI", missing)
}

// Stop ends the server, if the tests started one.
func (l *Lab) Stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.mu.server != nil {
		if err := l.mu.server.remove(); err != nil {
			fmt.Fprintln(os.Stderr, "mongo lab: down:", err)
		}
	}
}

// Database gives the URI of a database of the test's own, which goes with the
// test, and the database, to look into it.
func (l *Lab) Database(t testing.TB) (uri string, db *mongo.Database) {
	t.Helper()
	return database(t, l.Need(t))
}

func database(t testing.TB, server string) (string, *mongo.Database) {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal("LAB_MONGO_URI is no URI")
	}
	u.Path = "/calipso_" + bson.NewObjectID().Hex()
	c, err := mongo.Connect(options.Client().ApplyURI(server))
	if err != nil {
		t.Fatal(err)
	}
	db := c.Database(u.Path[1:])
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second) // the test's has ended
		defer cancel()
		if err := db.Drop(ctx); err != nil {
			t.Logf("database %s stays: %v", db.Name(), err)
		}
		if err := c.Disconnect(ctx); err != nil {
			t.Error(err)
		}
	})
	return u.String(), db
}
