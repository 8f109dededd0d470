package jsonl

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime"
	"strconv"

	"golang.org/x/sync/errgroup"

	"calipso/importexport"
)

// chunkBytes is how much text one of the goroutines that parse takes at a time.
const chunkBytes = 256 << 10

// chunk is a run of lines, and what they say once ready is closed.
type chunk struct {
	text  []byte
	line  int // number of its first line, from 1
	docs  []importexport.Doc
	err   error // of the line after docs
	ready chan struct{}
}

// parse reads the lines of the chunk up to the first that is wrong.
func (c *chunk) parse(p *importexport.Parser, name string) {
	defer close(c.ready)
	line := c.line
	for rest := c.text; len(rest) > 0; line++ {
		var text []byte
		text, rest, _ = bytes.Cut(rest, []byte("\n"))
		text = bytes.TrimSpace(text)
		if len(text) == 0 {
			continue
		}
		d, err := parseLine(p, text, name+":"+strconv.Itoa(line))
		if err != nil {
			c.err = err
			return
		}
		c.docs = append(c.docs, d)
	}
}

// documents reads a file: one goroutine cuts it into chunks, others parse them,
// the caller's takes them in order.
func documents(ctx context.Context, path, name string) iter.Seq2[importexport.Doc, error] {
	return func(yield func(importexport.Doc, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(importexport.Doc{}, fmt.Errorf("jsonl: %w", err))
			return
		}
		defer f.Close()
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		g, ctx := errgroup.WithContext(ctx)
		parsers := min(runtime.GOMAXPROCS(0), 8)
		ordered := make(chan *chunk, 2*parsers)
		work := make(chan *chunk, 2*parsers)
		g.Go(func() error {
			defer close(ordered)
			defer close(work)
			return cut(ctx, f, name, ordered, work)
		})
		for range parsers {
			g.Go(func() error {
				var p importexport.Parser
				for c := range work {
					c.parse(&p, name)
				}
				return nil
			})
		}
		stopped := !deliver(ordered, yield)
		cancel()
		if err := g.Wait(); err != nil && !stopped {
			yield(importexport.Doc{}, err)
		}
	}
}

// cut sends the file in chunks of whole lines, both to whoever parses and, in
// order, to whoever waits for them.
func cut(ctx context.Context, f io.Reader, name string, ordered, work chan<- *chunk) error {
	r := bufio.NewReaderSize(f, chunkBytes)
	line := 1
	for {
		text := make([]byte, chunkBytes, chunkBytes+chunkBytes/8)
		n, err := io.ReadFull(r, text)
		text = text[:n]
		end := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !end {
			return fmt.Errorf("jsonl: %s: after line %d: %w", name, line, err)
		}
		if !end {
			tail, err := r.ReadBytes('\n')
			if err != nil && !errors.Is(err, io.EOF) {
				return fmt.Errorf("jsonl: %s: after line %d: %w", name, line, err)
			}
			text = append(text, tail...)
		}
		if len(text) > 0 {
			c := &chunk{text: text, line: line, ready: make(chan struct{})}
			line += bytes.Count(text, []byte("\n"))
			for _, to := range []chan<- *chunk{work, ordered} {
				select {
				case to <- c:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
		if end {
			return nil
		}
	}
}

// deliver hands the documents over in order and tells whether the receiver
// wants to know how it ended.
func deliver(ordered <-chan *chunk, yield func(importexport.Doc, error) bool) bool {
	for c := range ordered {
		<-c.ready
		for _, d := range c.docs {
			if !yield(d, nil) {
				return false
			}
		}
		if c.err != nil {
			yield(importexport.Doc{}, c.err)
			return false
		}
	}
	return true
}
