package mongo

import (
	"context"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"calipso/importexport"
)

// index is one index: its fields in order, one that begins with "-" descending.
type index struct {
	collection string
	fields     string
	unique     bool
}

// indexes are those of the documented schema (rule DM-01), and those of the
// later version for scans and listings. What is the beginning of another one is
// not there twice.
var indexes = []index{
	{"inventory", "environment type id", true},
	{"inventory", "environment id", false},
	{"inventory", "environment type host", false},
	{"inventory", "environment type name", false},
	{"inventory", "environment id_path", false},
	{"inventory", "environment parent_id", false},
	{"inventory", "environment mac_address", false},
	{"inventory", "name", false},
	{"inventory", "type -last_scanned", false},
	{"links", "environment source_id target_id link_type", true},
	{"links", "environment link_type source", false},
	{"links", "environment link_type target", false},
	{"cliques", "environment focal_point", true},
	{"environments_config", "name", true},
	{"messages", "environment timestamp", false},
	{"scans", "environment", false},
	{"scans", "-submit_timestamp", false},
	{"scheduled_scans", "environment", false},
	{"scheduled_scans", "-scheduled_timestamp", false},
	{"clique_types", "environment name", false},
	{"clique_types", "environment focal_point_type", false},
}

// Indexes are the indexes of a collection, named as beside an inventory of the
// given name (importexport.CollectionName).
func Indexes(inventory, collection string) []mongo.IndexModel {
	var out []mongo.IndexModel
	for _, i := range indexes {
		if importexport.CollectionName(inventory, i.collection) != collection {
			continue
		}
		keys := bson.D{}
		for f := range strings.FieldsSeq(i.fields) {
			order := int32(1)
			if rest, descending := strings.CutPrefix(f, "-"); descending {
				f, order = rest, -1
			}
			keys = append(keys, bson.E{Key: f, Value: order})
		}
		m := mongo.IndexModel{Keys: keys}
		if i.unique {
			m.Options = options.Index().SetUnique(true)
		}
		out = append(out, m)
	}
	return out
}

// CreateIndexes creates what is missing of the indexes of a collection that has
// the documented name given beside it, which may be another while it is filled.
func (d *Database) CreateIndexes(ctx context.Context, inventory, documented string, c *mongo.Collection) error {
	return d.Explain(ctx, "indexes of "+documented, createIndexes(ctx, c, Indexes(inventory, documented)))
}

// createLoose is CreateIndexes for a collection with documents that are not
// ours: earlier versions kept nothing unique, and where documents stand twice the
// indexes are made all the same.
func (d *Database) createLoose(ctx context.Context, inventory, documented string, c *mongo.Collection) error {
	models := Indexes(inventory, documented)
	err := createIndexes(ctx, c, models)
	if mongo.IsDuplicateKeyError(err) || err != nil && strings.Contains(err.Error(), "UNIQUE constraint failed") { // FerretDB's words
		for i := range models {
			models[i].Options = nil
		}
		if err = c.Indexes().DropAll(ctx); err == nil {
			err = createIndexes(ctx, c, models)
		}
	}
	return d.Explain(ctx, "indexes of "+documented, err)
}

func createIndexes(ctx context.Context, c *mongo.Collection, models []mongo.IndexModel) error {
	if len(models) == 0 {
		return nil
	}
	within, cancel := stalled(ctx)
	defer cancel()
	_, err := c.Indexes().CreateMany(within, models)
	return err
}
