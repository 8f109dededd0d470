package mirror

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"calipso/graph"
	"calipso/importexport"
	"calipso/importexport/mongo"
)

// patience is how long one exchange with the MongoDB may take.
const patience = 2 * time.Minute

// Server is a database of a MongoDB as a Sink.
type Server struct {
	opt       mongo.Options
	inventory string
	name      string
	mu        struct {
		sync.Mutex
		d *mongo.Database // nil until somebody could reach it
		// most is how many writes one command may hold.
		most int
	}
}

// mostWrites is how many writes a command holds; ferretWrites at FerretDB, whose
// first version keeps a query open for each of them until the command is done,
// and waits for ever when those of all commands together are a hundred.
const (
	mostWrites   = 100_000
	ferretWrites = 30
)

var _ Sink = (*Server)(nil)

// NewServer names a database; inventory is the name of the inventory collection
// there, by which those beside it are named ("": "inventory"). Nothing is
// connected to yet.
//
// Errors: *mongo.AddressError.
func NewServer(opt mongo.Options, inventory string) (*Server, error) {
	place, err := mongo.Place(opt.URI)
	if err != nil {
		return nil, err
	}
	s := &Server{opt: opt, inventory: inventory}
	s.name = place + " " + s.collectionName(importexport.Inventory)
	return s, nil
}

// Close ends the connections.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.d == nil {
		return nil
	}
	err := s.mu.d.Close()
	s.mu.d = nil
	return err
}

// Name implements Sink.
func (s *Server) Name() string { return s.name }

func (s *Server) collectionName(documented string) string {
	return importexport.CollectionName(s.inventory, documented)
}

// do connects if need be, and explains what goes wrong.
func (s *Server) do(ctx context.Context, what string, act func(ctx context.Context, d *mongo.Database) error) error {
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	d, err := s.database(within)
	if err != nil {
		return err
	}
	err = act(within, d)
	if errors.Is(err, ErrMoved) || mongo.Fault(err) { // explained already
		return err
	}
	return d.Explain(ctx, what, err)
}

func (s *Server) database(ctx context.Context) (*mongo.Database, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mu.d != nil {
		return s.mu.d, nil
	}
	d, err := mongo.Open(ctx, s.opt)
	if err != nil {
		return nil, err
	}
	var build struct {
		Ferret string `bson:"ferretdbVersion"`
	}
	if err := d.Mongo().RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Decode(&build); err != nil {
		return nil, errors.Join(d.Explain(ctx, "version of the server", err), d.Close())
	}
	s.mu.most = mostWrites
	if build.Ferret != "" {
		s.mu.most = ferretWrites
	}
	s.mu.d = d
	return d, nil
}

// most is how many writes one command may hold.
func (s *Server) most() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mu.most
}

func (s *Server) on(ctx context.Context, collection string, act func(ctx context.Context, c *driver.Collection) error) error {
	name := s.collectionName(collection)
	return s.do(ctx, "collection "+name, func(ctx context.Context, d *mongo.Database) error {
		return act(ctx, d.Mongo().Collection(name))
	})
}

// states is the collection of the state. What is noted there counts, so the
// server has to have it on disk.
func (s *Server) states(ctx context.Context, act func(ctx context.Context, c *driver.Collection) error) error {
	name := s.collectionName(importexport.MirrorState)
	return s.do(ctx, "collection "+name, func(ctx context.Context, d *mongo.Database) error {
		journal := true
		safe := options.Collection().SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: &journal})
		return act(ctx, d.Mongo().Collection(name, safe))
	})
}

// State implements Sink.
func (s *Server) State(ctx context.Context) (*State, error) {
	state := new(State)
	err := s.states(ctx, func(ctx context.Context, c *driver.Collection) error {
		return c.FindOne(ctx, bson.D{{Key: "_id", Value: stateID}}).Decode(state)
	})
	if errors.Is(err, driver.ErrNoDocuments) {
		return nil, nil
	}
	return state, err
}

// SetState implements Sink.
func (s *Server) SetState(ctx context.Context, state *State, before int64) error {
	return s.states(ctx, func(ctx context.Context, c *driver.Collection) error {
		if before == 0 {
			_, err := c.InsertOne(ctx, state)
			if driver.IsDuplicateKeyError(err) {
				return ErrMoved
			}
			return err
		}
		r, err := c.ReplaceOne(ctx, bson.D{{Key: "_id", Value: stateID}, {Key: "number", Value: before}}, state)
		if err == nil && r.MatchedCount == 0 {
			return ErrMoved
		}
		return err
	})
}

// Index implements Sink. Only what is missing is asked for: not every server
// takes it well to be asked again.
func (s *Server) Index(ctx context.Context, collections []string) error {
	for _, collection := range collections {
		err := s.on(ctx, collection, func(ctx context.Context, c *driver.Collection) error {
			wanted := mongo.Indexes(s.inventory, c.Name())
			if len(wanted) == 0 {
				return nil
			}
			there, err := indexesOf(ctx, c)
			if err != nil {
				return err
			}
			wanted = slices.DeleteFunc(wanted, func(m driver.IndexModel) bool { return there[fmt.Sprint(m.Keys)] })
			if len(wanted) > 0 {
				_, err = c.Indexes().CreateMany(ctx, wanted)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// indexesOf are the indexes of a collection, by their fields in order.
func indexesOf(ctx context.Context, c *driver.Collection) (map[string]bool, error) {
	list, err := c.Indexes().ListSpecifications(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, i := range list {
		var keys bson.D
		if err := bson.Unmarshal(i.KeysDocument, &keys); err != nil {
			return nil, err
		}
		out[fmt.Sprint(keys)] = true
	}
	return out, nil
}

// Write implements Sink.
func (s *Server) Write(ctx context.Context, collection string, ops []Op) error {
	models := make([]driver.WriteModel, len(ops))
	for i, op := range ops {
		id := bson.D{{Key: "_id", Value: op.ID}}
		if op.Doc == nil {
			models[i] = driver.NewDeleteOneModel().SetFilter(id)
			continue
		}
		models[i] = driver.NewReplaceOneModel().SetFilter(id).SetReplacement(op.Doc).SetUpsert(true)
	}
	err := s.on(ctx, collection, func(ctx context.Context, c *driver.Collection) error {
		for some := range slices.Chunk(models, s.most()) {
			if _, err := c.BulkWrite(ctx, some, options.BulkWrite().SetOrdered(false)); err != nil {
				return err
			}
		}
		return nil
	})
	if driver.IsDuplicateKeyError(err) {
		return fmt.Errorf("%w: %w", ErrDuplicate, err)
	}
	return err
}

// Read implements Sink.
func (s *Server) Read(ctx context.Context, collection string, ids []any) (out []bson.Raw, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	err = s.on(ctx, collection, func(ctx context.Context, c *driver.Collection) error {
		byID := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: ids}}}}
		cursor, err := c.Find(ctx, byID, options.Find().SetBatchSize(int32(len(ids))))
		if err != nil {
			return err
		}
		return cursor.All(ctx, &out)
	})
	return out, err
}

// Empty implements Sink.
func (s *Server) Empty(ctx context.Context, collection string, env graph.EnvID) (bool, error) {
	err := s.on(ctx, collection, func(ctx context.Context, c *driver.Collection) error {
		return c.FindOne(ctx, ofEnvironment(env), options.FindOne().SetProjection(onlyID())).Err()
	})
	if errors.Is(err, driver.ErrNoDocuments) {
		return true, nil
	}
	return false, err
}

// onlyID asks for the ids of documents alone.
func onlyID() bson.D { return bson.D{{Key: "_id", Value: 1}} }

// ofEnvironment finds the documents of an environment, or all if it is empty.
func ofEnvironment(env graph.EnvID) bson.D {
	if env == "" {
		return bson.D{}
	}
	return bson.D{{Key: "environment", Value: string(env)}}
}

// idBatch is how many ids come at once.
const idBatch = 10_000

// IDs implements Sink.
func (s *Server) IDs(ctx context.Context, collection string, env graph.EnvID) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		var cursor *driver.Cursor
		err := s.on(ctx, collection, func(within context.Context, c *driver.Collection) (err error) {
			cursor, err = c.Find(within, ofEnvironment(env), options.Find().SetProjection(onlyID()).SetBatchSize(idBatch))
			return err
		})
		if err != nil {
			yield(nil, err)
			return
		}
		defer func() { _ = cursor.Close(context.WithoutCancel(ctx)) }() // the server would do so too, later
		for {
			more := false
			err := s.on(ctx, collection, func(within context.Context, _ *driver.Collection) error {
				more = cursor.Next(within)
				return cursor.Err()
			})
			var id any
			if err == nil && more {
				id, err = idOf(cursor.Current)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if !more || !yield(id, nil) {
				return
			}
		}
	}
}

// Remove implements Sink.
func (s *Server) Remove(ctx context.Context, collection string, env graph.EnvID) error {
	return s.on(ctx, collection, func(ctx context.Context, c *driver.Collection) error {
		_, err := c.DeleteMany(ctx, ofEnvironment(env))
		return err
	})
}

// RemoveOthers implements Sink.
func (s *Server) RemoveOthers(ctx context.Context, collection string, envs []graph.EnvID) error {
	names := bson.A{}
	for _, env := range envs {
		names = append(names, string(env))
	}
	return s.on(ctx, collection, func(ctx context.Context, c *driver.Collection) error {
		_, err := c.DeleteMany(ctx, bson.D{{Key: "environment", Value: bson.D{{Key: "$nin", Value: names}}}})
		return err
	})
}
