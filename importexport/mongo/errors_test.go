package mongo_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
	"calipso/importexport"
	"calipso/importexport/mongo"
)

// tryOpen opens an address and, if that works, lists the collections.
func tryOpen(ctx context.Context, uri, inventory string) error {
	d, err := mongo.Open(ctx, mongo.Options{URI: graph.NewSecret(uri), Wait: 300 * time.Millisecond})
	if err != nil {
		return err
	}
	_, err = d.Source(inventory).Collections(ctx)
	return errors.Join(err, d.Close())
}

// TestErrors says what is wrong, of what kind it is, and no password.
func TestErrors(t *testing.T) {
	uri, db := lab.Database(t)
	if _, err := db.Collection("things").InsertOne(t.Context(), bson.D{}); err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(strings.TrimSuffix(uri, "/"+db.Name()), "mongodb://")
	for _, c := range []struct {
		uri, inventory, says string
		kind                 error
	}{
		{"mongodb://127.0.0.1:1/calipso", "", "connection refused", mongo.ErrUnreachable},
		{"mongodb://olga:pw-p%2Fw@127.0.0.1:1/calipso", "", "127.0.0.1:1/calipso: no MongoDB can be reached", mongo.ErrUnreachable},
		{"mongodb://olga:pw-secret@" + host + "/calipso", "", "the user name or password is not accepted", mongo.ErrAuth},
		{"mongodb://" + host + "/nothing-here", "", "there is no such database, or it is empty; there are: ", mongo.ErrNoDatabase},
		{uri, "inventory_9", `no inventory "inventory_9"; its collections: things`, mongo.ErrNoDatabase},
		{"mongodb://" + host + "/calipso?tls=true", "", "no MongoDB can be reached", mongo.ErrUnreachable},
		{"mongodb://olga:pw-p/w@h/calipso", "", "percent-encoded", nil},
		{"mongodb://olga:pw-p?w@h/calipso", "", "percent-encoded", nil},
		{"mongodb://olga:pw-p@w@h/calipso", "", "percent-encoded", nil},
		{"mongodb://olga:pw-p:w@h/calipso", "", "percent-encoded", nil},
		{"http://olga:pw-secret@h/calipso", "", "begins neither", nil},
		{"mongodb://olga:pw-secret@h:no/calipso", "", "cannot be used", nil},
		{"mongodb://olga:pw-secret@/calipso", "", "is not mongodb://", nil},
		{"mongodb://olga:pw-secret@h/cal.ipso", "", "is not mongodb://", nil},
		{"mongodb://olga:pw-secret@h/c?tls=perhaps", "", "cannot be used", nil},
		{"mongodb://olga:pw-secret@h/c?tlsCAFile=/etc/passwd", "", "names a file (tlscafile)", nil},
		{"mongodb://olga:pw-secret@h/c?w=0", "", "w=0", nil},
		{"mongodb://olga:pw-secret@h/c?authMechanism=MONGODB-AWS", "", "only SCRAM-SHA-256", nil},
	} {
		err := tryOpen(t.Context(), c.uri, c.inventory)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.uri, err, c.says)
			continue
		}
		if strings.Contains(err.Error(), "pw-") {
			t.Errorf("the password is in: %v", err)
		}
		var address *mongo.AddressError
		if c.kind != nil && !errors.Is(err, c.kind) || c.kind == nil && !errors.As(err, &address) || !mongo.Fault(err) {
			t.Errorf("%s: %T %v is of another kind", c.uri, err, err)
		}
	}
	over, stop := context.WithCancel(t.Context())
	stop()
	if err := tryOpen(over, uri, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
}

// TestOutage: a server that goes away fails an import and an export, and leaves
// the store and the database as they were.
func TestOutage(t *testing.T) {
	s := ownServer(t)
	uri := s.URI("calipso")
	a := newStore(t)
	load(t, a, "cloud", small)
	exported(t, a, uri, importexport.ExportOptions{})

	d, err := mongo.Open(t.Context(), mongo.Options{URI: graph.NewSecret(uri), Wait: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	before := contents(t, d.Mongo())
	load(t, a, "second", small)
	ending := endAfter(func() { s.Kill(t) })
	target, err := d.Target(t.Context(), mongo.TargetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := importexport.Export(t.Context(), importexport.Of(a), target, importexport.ExportOptions{Progress: ending}); !errors.Is(err, mongo.ErrUnreachable) {
		t.Errorf("export without server: %v", err)
	}
	s.Start(t)
	if after := contents(t, d.Mongo()); withoutUnfinished(after) != before {
		t.Error("the broken export left another database")
	}

	b := newStore(t)
	ending = endAfter(func() { s.Kill(t) })
	if _, err := importexport.Import(t.Context(), d.Source(""), importexport.Of(b), importexport.ImportOptions{Progress: ending}); !mongo.Fault(err) {
		t.Errorf("import without server: %v", err)
	}
	if ids, err := b.EnvIDs(t.Context()); err != nil || len(ids) > 0 {
		t.Errorf("the broken import left %v, %v", ids, err)
	}
}
