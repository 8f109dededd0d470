package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"calipso/graph"
)

// peerGoals gives the engines that cliques are compared with, and how many
// times as fast we want to be.
func peerGoals() iter.Seq2[string, float64] {
	return func(yield func(string, float64) bool) {
		_ = yield("duckdb", 3) && yield("sqlite", 15)
	}
}

func peerName(engine string) string {
	return map[string]string{"duckdb": "DuckDB", "sqlite": "SQLite"}[engine]
}

// peerProgram is the built program of the module of peers.
type peerProgram struct {
	dir string
	err error // why there is none
}

// peer builds the program, once.
func (w *world) peer(ctx context.Context) (*peerProgram, error) {
	if w.peered == nil {
		dir, err := os.MkdirTemp("", "calipso-peers-")
		if err != nil {
			return nil, err
		}
		w.peered = &peerProgram{dir: dir}
		fmt.Fprintln(w.log, "building the peers")
		cmd := exec.CommandContext(ctx, "go", "build", "-o", w.peered.path(), ".")
		cmd.Dir = w.peers
		cmd.Env = append(os.Environ(), "CGO_ENABLED=1", "GOFLAGS=", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			w.peered.err = fmt.Errorf("peer missing: it does not build: %w: %s", err, short(out))
		}
	}
	return w.peered, w.peered.err
}

func (p *peerProgram) path() string  { return filepath.Join(p.dir, "peers") }
func (p *peerProgram) remove() error { return os.RemoveAll(p.dir) }

// short is what a failing command said, in one line.
func short(out []byte) string {
	text := strings.Join(strings.Fields(string(out)), " ")
	if len(text) > 300 {
		text = text[:300] + "…"
	}
	return strings.ToValidUTF8(text, "")
}

// peerAnswer is a line that the program of peers prints.
type peerAnswer struct {
	Engine string    `json:"engine"` // with its version
	CPU    []float64 `json:"cpu"`    // ns, of each time it ran
	Rows   int64     `json:"rows"`
	Sum    int64     `json:"sum"`

	Differences differences `json:"differences"`
	Error       string      `json:"error"`
}

func (a *peerAnswer) median() float64 { return median(a.CPU) }

// run runs the program of peers on a folder of tables.
func (w *world) run(ctx context.Context, engine, task, dir string) (*peerAnswer, error) {
	p, err := w.peer(ctx)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, p.path(), "-engine", engine, "-task", task, "-dir", dir, "-rounds", strconv.Itoa(w.effort.rounds))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("peer missing: %s: %w: %s", engine, err, short(stderr.Bytes()))
	}
	a := new(peerAnswer)
	if err := json.Unmarshal(out, a); err != nil {
		return nil, fmt.Errorf("peer %s said %q: %w", engine, out, err)
	}
	if a.Error != "" {
		return nil, fmt.Errorf("peer missing: %s: %s", engine, a.Error)
	}
	return a, nil
}

// askPeer has a peer compute something of the arrays.
func (w *world) askPeer(ctx context.Context, engine, task string, a *arrays) (*peerAnswer, error) {
	dir, err := w.once("tables", a.writeTables)
	if err != nil {
		return nil, err
	}
	return w.run(ctx, engine, task, dir)
}

// table writes a file of comma-separated values.
func writeTable(path string, fill func(row func(...string) error) error) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	buf := bufio.NewWriterSize(f, 1<<20)
	out := csv.NewWriter(buf)
	if err := fill(func(cells ...string) error { return out.Write(cells) }); err != nil {
		return err
	}
	out.Flush()
	return errors.Join(out.Error(), buf.Flush())
}

// writeTables writes the arrays as tables: focal.csv (number, two networks; 0
// for none) and edges.csv (number, link type, from, to, value).
func (a *arrays) writeTables(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	text := func(n uint32) string { return strconv.FormatUint(uint64(n), 10) }
	err := writeTable(filepath.Join(dir, "focal.csv"), func(row func(...string) error) error {
		for i, n := range a.instances {
			nets := [2]uint32{}
			have := a.nets[a.netStart[i]:a.netStart[i+1]]
			if len(have) > len(nets) {
				return fmt.Errorf("an instance has %d networks, the statement of the peers knows two", len(have))
			}
			copy(nets[:], have)
			if err := row(text(n), text(nets[0]), text(nets[1])); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return writeTable(filepath.Join(dir, "edges.csv"), func(row func(...string) error) error {
		for n := range a.types {
			for _, arc := range a.out.of(uint32(n)) {
				if err := row(text(arc.edge), string(a.names[arc.typ]), text(uint32(n)), text(arc.peer), text(arc.value)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// askPeerDiff has DuckDB compare the cloud before and after a change: tables
// of id and body, each state whole.
func (w *world) askPeerDiff(ctx context.Context, task string, c change) (*peerAnswer, error) {
	if _, err := w.peer(ctx); err != nil {
		return nil, err
	}
	dir, err := w.once(fmt.Sprintf("states-%d-%d", c.permille, c.round), func(dir string) error {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		for name, after := range map[string]bool{"before": false, "after": true} {
			if err := w.writeState(dir, name, after, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return w.run(ctx, "duckdb", task, dir)
}

// writeState writes <state>-objects.csv and <state>-links.csv.
func (w *world) writeState(dir, state string, after bool, c change) error {
	return writeTable(filepath.Join(dir, state+"-objects.csv"), func(object func(...string) error) error {
		return writeTable(filepath.Join(dir, state+"-links.csv"), func(link func(...string) error) error {
			for r, err := range w.records() {
				if err != nil {
					return err
				}
				if e := r.Edge; e != nil {
					if after && c.goes(e) {
						continue
					}
					body, err := json.Marshal(e)
					if err == nil {
						err = link(fmt.Sprintf("%s|%s|%s", e.Type, e.From, e.To), string(body))
					}
					if err != nil {
						return err
					}
					continue
				}
				there := []*graph.Vertex{r.Vertex}
				if after {
					there = c.vertex(r.Vertex)
				}
				for _, v := range there {
					body, err := json.Marshal(v)
					if err == nil {
						err = object(string(v.ID), string(body))
					}
					if err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
}
