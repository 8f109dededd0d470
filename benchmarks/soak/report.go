package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"calipso/benchmarks/origin"
	"calipso/benchmarks/program"
)

// sample is one look at the server.
type sample struct {
	Seconds    float64 `json:"seconds"` // since the beginning
	RSS        int64   `json:"rss"`     // bytes
	Own        int64   `json:"rss_own"` // bytes, without pages of files
	Live       int64   `json:"live"`    // bytes that the last garbage collection left
	Goroutines int     `json:"goroutines"`
	Files      int     `json:"files"` // open ones, with sockets
	Disk       int64   `json:"disk"`  // bytes of the data directory
	Scans      int64   `json:"scans"`
	Imports    int64   `json:"imports"`
	Reads      int64   `json:"reads"`
	Retentions int64   `json:"retentions"`
	Forgotten  int64   `json:"forgotten"` // versions that retention dropped
}

// report is a whole soak.
type report struct {
	origin.Run
	Objects int           `json:"objects"`
	Length  time.Duration `json:"length"`
	Samples []sample      `json:"samples"`
	Trends  []trend       `json:"trends"`
	// Level: all that must level off does.
	Level bool `json:"level"`
}

// watch looks at the server until the context ends.
func (r *report) watch(ctx context.Context, s *program.Server, data string, every time.Duration, done *counts, log io.Writer) error {
	begun := time.Now()
	return beat(ctx, every, func(int) error {
		x := sample{Scans: done.scans.Load(), Imports: done.imports.Load(), Reads: done.reads.Load(), Retentions: done.retentions.Load(), Forgotten: done.forgotten.Load()}
		var err error
		if x.RSS, x.Own, err = s.RSS(); err != nil {
			return err
		}
		if x.Files, err = s.Files(); err != nil {
			return err
		}
		own, err := s.Gauges(ctx, "go_goroutines", "go_gc_heap_live_bytes")
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		x.Goroutines, x.Live = int(own[0]), int64(own[1])
		if x.Disk, err = program.DiskBytes(data); err != nil {
			return err
		}
		x.Seconds = time.Since(begun).Seconds()
		r.Samples = append(r.Samples, x)
		fmt.Fprintf(log, "%6.0f s  %4d MB of memory (%d own, %d live)  %4d goroutines  %4d files  %5.1f MB of disk  %d scans, %d imports, %d reads, %d retentions that forgot %d versions\n",
			x.Seconds, x.RSS/1e6, x.Own/1e6, x.Live/1e6, x.Goroutines, x.Files, float64(x.Disk)/1e6, x.Scans, x.Imports, x.Reads, x.Retentions, x.Forgotten)
		return nil
	})
}

// text is the report for people.
func (r *report) text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "soak of %s, commit %s\n%s, %s, load before %s, %s\n", r.Length, r.Commit, r.Machine, r.Go, r.Load, r.Date.Format("2006-01-02 15:04Z"))
	fmt.Fprintf(&b, "two demonstration clouds scanned again and again, a cloud of about %d objects changed by imports, three readers\n\n", r.Objects)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "seconds\tmemory MB\town MB\tlive MB\tgoroutines\tfiles\tdisk MB\tscans\timports\treads\tretentions\tforgotten\t")
	for _, x := range r.Samples {
		fmt.Fprintf(w, "%.0f\t%.1f\t%.1f\t%.1f\t%d\t%d\t%.1f\t%d\t%d\t%d\t%d\t%d\t\n", x.Seconds, float64(x.RSS)/1e6, float64(x.Own)/1e6, float64(x.Live)/1e6, x.Goroutines, x.Files, float64(x.Disk)/1e6, x.Scans, x.Imports, x.Reads, x.Retentions, x.Forgotten)
	}
	_ = w.Flush() // into memory
	fmt.Fprintf(&b, "\n%s\n", r.verdict())
	return b.Bytes()
}

// keep writes the report as text and as JSON.
func (r *report) keep(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".json", append(b, '\n'), 0o644); err != nil {
		return err
	}
	return os.WriteFile(path+".txt", r.text(), 0o644)
}
