package importexport

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"calipso/graph"
)

// ImportOptions say what to read. The zero value reads every environment of
// the source and adds it to what is there.
type ImportOptions struct {
	// Env limits the import to one environment.
	Env graph.EnvID
	// Replace makes each imported environment exactly what the source holds,
	// as one commit: objects and links, and of the documents beside them the
	// collections that the source has. Without it, documents are added or
	// replaced, as one commit too, and nothing is removed.
	Replace bool
	// Inventory is the name of the inventory collection, by which those beside
	// it are named; empty: "inventory".
	Inventory string
	// Accounts takes over the users of the source; nil, or with Env: they are left
	// out.
	Accounts Accounts
	// Cause goes into the commits; empty: an import without id.
	Cause graph.Cause
	// Progress is told how far the import is; nil: nobody.
	Progress func(Progress)
}

// importer is one import.
type importer struct {
	src    Source
	dst    Store
	opt    ImportOptions
	report *Report
	tell   *teller
	has    map[string]bool      // the source's collections, by documented name
	counts bool                 // documents read now count: not while looking ahead
	named  map[graph.EnvID]bool // environments that the source describes
	again  bool                 // the source has been read through before
	at     graph.EnvID          // the environment at hand; empty: none
	now    time.Time            // when the import began, to the millisecond
}

// Import reads a source into a store, each environment as one commit, as a
// stream. Environments are read one after the other; the documents that belong
// to none, the environments themselves, and accounts come last.
//
// Errors: *SourceError for a document that cannot be read, which names the
// place; graph.ErrNotFound for an environment that the source does not know;
// those of the store. What was committed before stays; the report says what
// that is.
func Import(ctx context.Context, src Source, dst Store, opt ImportOptions) (*Report, error) {
	if opt.Cause.Kind == "" {
		opt.Cause.Kind = graph.CauseImport
	}
	size, err := src.Size(ctx)
	if err != nil {
		return nil, err
	}
	im := &importer{src: src, dst: dst, opt: opt, report: &Report{}, tell: newTeller(opt.Progress, size), counts: true, now: time.Now().UTC().Truncate(time.Millisecond)}
	if err := im.collections(ctx); err != nil {
		return im.report, err
	}
	if err := im.environments(ctx); err != nil {
		return im.report, err
	}
	im.again = false
	if err := im.sharedDocuments(ctx); err != nil {
		return im.report, err
	}
	if err := im.users(ctx); err != nil {
		return im.report, err
	}
	im.tell.done()
	return im.report, nil
}

// collections finds out what the source has that we know.
func (im *importer) collections(ctx context.Context) error {
	names, err := im.src.Collections(ctx)
	if err != nil {
		return err
	}
	im.has = map[string]bool{}
	documented := map[string]string{}
	for c := range kinds {
		documented[CollectionName(im.opt.Inventory, c)] = c
	}
	for _, n := range names {
		c, ok := documented[n]
		switch {
		case !ok:
			im.report.count(n, Skipped, "no documented collection", n)
		case kinds[c].room == left:
			im.report.count(c, Skipped, "whole collection: "+kinds[c].why, n)
		default:
			im.has[c] = true
		}
	}
	return nil
}

// documents reads a collection of the source, place-holders left out.
func (im *importer) documents(ctx context.Context, collection string) iter.Seq2[Doc, error] {
	return func(yield func(Doc, error) bool) {
		if !im.has[collection] {
			return
		}
		for d, err := range im.picked(ctx, collection) {
			if err != nil && ctx.Err() == nil {
				err = &SourceError{err}
			}
			if err == nil && im.counts && !im.again {
				im.tell.add(collection, d.Bytes)
			}
			if err == nil && len(d.Body) == 0 {
				im.once(collection, "place-holder without content", d.At)
				continue
			}
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}

// picked reads a collection of the source: all of it while it is not known which
// environments there are, then those of the environment at hand, if the source
// can tell them apart.
func (im *importer) picked(ctx context.Context, collection string) iter.Seq2[Doc, error] {
	name := CollectionName(im.opt.Inventory, collection)
	known := im.again || im.opt.Env != ""
	if s, ok := im.src.(Selector); ok && known && im.at != "" {
		return s.DocumentsOf(ctx, name, im.at)
	}
	return im.src.Documents(ctx, name)
}

func (im *importer) count(collection string, o Outcome, reason, at string) {
	if im.counts {
		im.report.count(collection, o, reason, at)
	}
}

// once counts a document that no pass takes: the first pass alone tells.
func (im *importer) once(collection, reason, at string) {
	if !im.again {
		im.count(collection, Skipped, reason, at)
	}
}

// environments imports one environment after the other. Which there are is
// seen while reading, so a source with one environment is read once.
func (im *importer) environments(ctx context.Context) error {
	todo := map[graph.EnvID]bool{}
	im.named = map[graph.EnvID]bool{}
	if err := im.firstSeen(ctx, todo); err != nil {
		return err
	}
	if im.opt.Env != "" {
		todo = map[graph.EnvID]bool{im.opt.Env: true}
	}
	done := map[graph.EnvID]bool{}
	for {
		env, ok := next(todo, done)
		if !ok {
			return nil
		}
		done[env], im.at = true, env
		p := &pass{importer: im, env: env, seen: todo}
		if err := p.run(ctx); err != nil {
			return err
		}
		im.at = ""
		im.report.Environments = append(im.report.Environments, env)
		im.again = true
	}
}

// firstSeen names the environments that have a document of their own, and that
// of the first object.
func (im *importer) firstSeen(ctx context.Context, todo map[graph.EnvID]bool) error {
	im.counts = false
	defer func() { im.counts = true }()
	for _, c := range []string{string(graph.Environments), inventory} {
		for d, err := range im.documents(ctx, c) {
			if err != nil {
				return err
			}
			if c == inventory {
				if env := d.Body.String("environment"); env != "" {
					todo[graph.EnvID(env)] = true
				}
				break
			}
			if name := d.Body.String("name"); name != "" {
				todo[graph.EnvID(name)] = true
				im.named[graph.EnvID(name)] = true
			}
		}
	}
	return nil
}

func next(todo, done map[graph.EnvID]bool) (graph.EnvID, bool) {
	var open []graph.EnvID
	for env := range todo {
		if !done[env] {
			open = append(open, env)
		}
	}
	if len(open) == 0 {
		return "", false
	}
	return slices.Min(open), true
}

// view opens the environment as it is in the store, nil if it never was there.
func (im *importer) view(ctx context.Context, env graph.EnvID) (View, error) {
	v, err := im.dst.View(ctx, env, graph.Now)
	switch {
	case errors.Is(err, graph.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("importexport: environment %q: %w", env, err)
	}
	return v, nil
}

func (im *importer) commit(ctx context.Context, env graph.EnvID, b *graph.Batch) error {
	c, err := im.dst.Commit(ctx, env, im.opt.Cause, b)
	if err != nil {
		return fmt.Errorf("importexport: environment %q: %w", env, err)
	}
	im.committed(c)
	return nil
}

func (im *importer) committed(c *graph.Commit) {
	if c != nil && !c.Empty() {
		im.report.Commits = append(im.report.Commits, c)
		for _, ch := range c.Changes {
			im.report.ops(ch.Op, 1)
		}
	}
}
