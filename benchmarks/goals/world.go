package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"calipso/benchmarks/program"
	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv"
	"calipso/graph/kv/badger"
)

// envName is the environment of all measurements.
const envName = graph.EnvID("cloud")

// sizeNames are the sizes, smallest first.
var sizeNames = []string{"S", "M", "L"}

// sizes are numbers of objects.
func sizes() map[string]int { return map[string]int{"S": 10_000, "M": 100_000, "L": 1_000_000} }

// world is a generated cloud of one size in the forms that rows need, made
// when the first one asks and kept in a directory for the next run.
type world struct {
	size    string
	objects int
	dir     string
	peers   string // folder of the module of peers
	log     io.Writer
	effort  effort

	store  *graph.Store // the base, while it is open
	plain  *arrays
	built  *program.Program
	peered *peerProgram
}

// newWorld takes a directory for the size below another. What an earlier build
// of this program left there is removed: it may have another format.
func newWorld(size, below, peers string, log io.Writer) (*world, error) {
	w := &world{size: size, objects: sizes()[size], dir: filepath.Join(below, size), peers: peers, log: log, effort: effortFor(size)}
	stamp, err := fingerprint()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(w.dir, "made-by")
	if have, err := os.ReadFile(file); err != nil || string(have) != stamp {
		if err := os.RemoveAll(w.dir); err != nil {
			return nil, err
		}
		if err := os.MkdirAll(w.dir, 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, []byte(stamp), 0o644); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// fingerprint is that of the running executable, and so of all code in it.
func fingerprint() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

func (w *world) close() error {
	err := w.closeBase()
	if w.peered != nil {
		err = errors.Join(err, w.peered.remove())
	}
	return err
}

// cloud are the options of the generator for so many objects.
func cloud(env graph.EnvID, objects int) graphtest.CloudOptions {
	o := graphtest.CloudSize(objects)
	o.Env, o.Seed = env, 1
	return o
}

// records generates the cloud.
func (w *world) records() func(func(*graph.Record, error) bool) {
	return graphtest.Cloud(cloud(envName, w.objects))
}

// once makes a file or folder of the world unless it is there whole.
func (w *world) once(name string, make func(path string) error) (string, error) {
	path := filepath.Join(w.dir, name)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return path, err
	}
	unfinished := path + ".unfinished"
	if err := os.RemoveAll(unfinished); err != nil {
		return "", err
	}
	fmt.Fprintf(w.log, "making %s for size %s\n", name, w.size)
	if err := make(unfinished); err != nil {
		return "", err
	}
	return path, os.Rename(unfinished, path)
}

// openStore opens a store in a directory with the engine's settings of a command
// that has the directory for itself, as a first import has. wrap, if not nil, stands between store and engine.
func openStore(ctx context.Context, dir string, wrap func(kv.DB) kv.DB) (*graph.Store, error) {
	bad, err := badger.Open(dir, badger.Options{AloneBytes: -1})
	if err != nil {
		return nil, err
	}
	db := kv.DB(bad)
	if wrap != nil {
		db = wrap(db)
	}
	s, err := graph.Open(ctx, db, graph.Options{Key: make([]byte, 32)})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// storeDir is where the cloud lies as a store.
func (w *world) storeDir(ctx context.Context) (string, error) {
	return w.once("store", func(path string) error {
		s, err := openStore(ctx, path, nil)
		if err != nil {
			return err
		}
		return errors.Join(program.Fill(ctx, s, cloud(envName, w.objects)), s.Close())
	})
}

// base is the store of the cloud, to be read only.
func (w *world) base(ctx context.Context) (*graph.Store, error) {
	if w.store != nil {
		return w.store, nil
	}
	dir, err := w.storeDir(ctx)
	if err != nil {
		return nil, err
	}
	w.store, err = openStore(ctx, dir, nil)
	return w.store, err
}

func (w *world) closeBase() error {
	if w.store == nil {
		return nil
	}
	err := w.store.Close()
	w.store = nil
	return err
}

// withCopy lends a copy of the store's directory, to be written to.
func (w *world) withCopy(ctx context.Context, use func(dir string) error) error {
	dir, err := w.storeDir(ctx)
	if err == nil {
		err = w.closeBase()
	}
	if err != nil {
		return err
	}
	return w.withScratch(func(scratch string) error {
		to := filepath.Join(scratch, "store")
		if err := copyDir(ctx, dir, to); err != nil {
			return err
		}
		return use(to)
	})
}

// copyDir copies a directory; what is sparse stays so.
func copyDir(ctx context.Context, from, to string) error {
	if out, err := exec.CommandContext(ctx, "cp", "-a", "--sparse=always", from, to).CombinedOutput(); err != nil {
		return fmt.Errorf("copy of %s: %w\n%s", from, err, out)
	}
	return nil
}

// withStoreCopy is withCopy with the store opened.
func (w *world) withStoreCopy(ctx context.Context, use func(dir string, s *graph.Store) error) error {
	return w.withCopy(ctx, func(dir string) error {
		s, err := openStore(ctx, dir, nil)
		if err != nil {
			return err
		}
		return errors.Join(use(dir, s), s.Close())
	})
}

// withScratch lends an empty directory.
func (w *world) withScratch(use func(dir string) error) error {
	dir, err := os.MkdirTemp(w.dir, "scratch-")
	if err != nil {
		return err
	}
	return errors.Join(use(dir), os.RemoveAll(dir))
}

// folder is a cloud of that many objects as .jsonl files.
func (w *world) folder(ctx context.Context, env graph.EnvID, objects int) (string, error) {
	return w.once(fmt.Sprintf("folder-%s-%d", env, objects), func(path string) error {
		return w.withScratch(func(dir string) error {
			s, err := openStore(ctx, dir, nil)
			if err != nil {
				return err
			}
			err = program.Fill(ctx, s, cloud(env, objects))
			if err == nil {
				_, err = program.Folder(ctx, s, path)
			}
			return errors.Join(err, s.Close())
		})
	})
}

// program is the program, built.
func (w *world) program(ctx context.Context) (*program.Program, error) {
	if w.built == nil {
		dir := filepath.Join(w.dir, "bin")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		var err error
		if w.built, err = program.Build(ctx, dir); err != nil {
			return nil, err
		}
	}
	return w.built, nil
}
