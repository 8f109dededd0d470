package mongolab_test

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"calipso/testdata/labs/mongolab"
)

// TestOutage holds the laboratory to what tests of outages build on: data stay
// over a stop and over a kill, at the same address.
func TestOutage(t *testing.T) {
	s := mongolab.Own(t, mongolab.Options{})
	c, err := mongo.Connect(options.Client().ApplyURI(s.URI("")))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Disconnect(t.Context())
	things := c.Database("d").Collection("things")
	for i, end := range []func(testing.TB){s.Stop, s.Kill} {
		if _, err := things.InsertOne(t.Context(), bson.D{{Key: "_id", Value: i}}); err != nil {
			t.Fatal(err)
		}
		end(t)
		s.Start(t)
		if n, err := things.CountDocuments(t.Context(), bson.D{}); err != nil || n != int64(i+1) {
			t.Fatalf("after outage %d: %d documents, %v", i, n, err)
		}
	}
}
