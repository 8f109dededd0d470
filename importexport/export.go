package importexport

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"calipso/graph"
)

// ExportOptions say what to write. The zero value writes every environment as
// it is now.
type ExportOptions struct {
	// Env limits the export to one environment.
	Env graph.EnvID
	// Among limits it to some; nil: to none. Of those, what was never scanned is
	// left out.
	Among []graph.EnvID
	// At is the time shown; Now: the last commit.
	At graph.Time
	// Inventory is the name of the inventory collection, by which those beside
	// it are named; empty: "inventory".
	Inventory string
	// NoCliques leaves the collection of cliques out, which is by far the
	// largest.
	NoCliques bool
	// Progress is told how far the export is; nil: nobody.
	Progress func(Progress)
}

// Exported is what an export wrote.
type Exported struct {
	Environments []graph.EnvID
	Documents    map[string]int64 // by collection
	// Warnings name what a reader may miss.
	Warnings []string
}

// exporter is one export.
type exporter struct {
	src  Store
	dst  Target
	opt  ExportOptions
	tell *teller
	out  Exported
	envs []environment
}

// environment is one environment to be written.
type environment struct {
	id   graph.EnvID
	view View
}

// Export writes environments as the documents of the documented collections,
// the documents beside them, and the shipped reference data. It reads and
// writes as it goes, and keeps nothing that grows with an environment.
// A collection becomes visible when it is written completely, or all of them at
// the end if the target is a Publisher.
//
// Errors: graph.ErrNotFound for an environment that is not there at that time;
// those of store and target.
func Export(ctx context.Context, src Store, dst Target, opt ExportOptions) (*Exported, error) {
	x := &exporter{src: src, dst: dst, opt: opt, tell: newTeller(opt.Progress, 0)}
	x.out.Documents = map[string]int64{}
	all, together := dst.(Publisher)
	if together {
		defer all.Discard()
	}
	if err := x.open(ctx); err != nil {
		return nil, err
	}
	writes := []struct {
		collection string
		write      func(context.Context, *out) error
	}{
		{inventory, x.inventory}, {links, x.links}, {cliques, x.cliques},
	}
	for _, c := range collectionsIn(perEnv) {
		writes = append(writes, struct {
			collection string
			write      func(context.Context, *out) error
		}{c, x.envDocuments})
	}
	for _, c := range collectionsIn(shared) {
		writes = append(writes, struct {
			collection string
			write      func(context.Context, *out) error
		}{c, x.sharedDocuments})
	}
	for _, w := range writes {
		if w.collection == cliques && opt.NoCliques {
			continue
		}
		if err := x.collection(ctx, w.collection, w.write); err != nil {
			return nil, fmt.Errorf("importexport: %s: %w", w.collection, err)
		}
	}
	if together {
		if err := all.Publish(ctx); err != nil {
			return nil, fmt.Errorf("importexport: %w", err)
		}
	}
	x.tell.done()
	return &x.out, nil
}

// open opens the views of the environments to be written.
func (x *exporter) open(ctx context.Context) error {
	ids := []graph.EnvID{x.opt.Env}
	if x.opt.Env == "" {
		all, err := x.src.EnvIDs(ctx)
		if err != nil {
			return err
		}
		ids = slices.DeleteFunc(slices.Clone(all), func(id graph.EnvID) bool { return !x.wanted(string(id)) })
	}
	slices.Sort(ids)
	for _, id := range ids {
		v, err := x.src.View(ctx, id, x.opt.At)
		if errors.Is(err, graph.ErrNotFound) && x.opt.Env == "" {
			continue // described, but never scanned
		}
		if err != nil {
			return fmt.Errorf("importexport: environment %q: %w", id, err)
		}
		x.envs = append(x.envs, environment{id, v})
		x.out.Environments = append(x.out.Environments, id)
	}
	return nil
}

// wanted tells whether an environment is to be written.
func (x *exporter) wanted(env string) bool {
	switch {
	case x.opt.Env != "":
		return env == string(x.opt.Env)
	case x.opt.Among != nil:
		return slices.Contains(x.opt.Among, graph.EnvID(env))
	}
	return true
}

// out is one collection on its way to the target.
type out struct {
	Collection
	name string // documented name
	x    *exporter
}

// put encodes and writes one document.
func (o *out) put(ctx context.Context, m map[string]any) error {
	d, err := Encode(m)
	if err != nil {
		return fmt.Errorf("document %v: %w", m["_id"], err)
	}
	if err := o.Write(ctx, d); err != nil {
		return err
	}
	o.x.out.Documents[o.name]++
	o.x.tell.add(o.name, 0)
	return ctx.Err()
}

func (x *exporter) collection(ctx context.Context, name string, write func(context.Context, *out) error) error {
	c, err := x.dst.Create(ctx, CollectionName(x.opt.Inventory, name))
	if err != nil {
		return err
	}
	defer c.Discard()
	if err := write(ctx, &out{c, name, x}); err != nil {
		return err
	}
	return c.Commit()
}
