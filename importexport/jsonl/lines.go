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

// chunk is a run of lines, or of values, and what they say once ready is closed.
type chunk struct {
	text  []byte
	line  int // number of its first line, from 1
	vals  []value
	docs  []importexport.Doc
	err   error // of the line after docs
	ready chan struct{}
}

// parse reads the documents of the chunk up to the first that is wrong.
func (c *chunk) parse(p *importexport.Parser, name string) {
	defer close(c.ready)
	for _, v := range c.vals {
		if !c.add(p, v.text, name, v.line) {
			return
		}
	}
	line := c.line
	for rest := c.text; len(rest) > 0; line++ {
		var text []byte
		text, rest, _ = bytes.Cut(rest, []byte("\n"))
		text = bytes.TrimSpace(text)
		if len(text) == 0 {
			continue
		}
		if !c.add(p, text, name, line) {
			return
		}
	}
}

// add reads one document; false: it is wrong.
func (c *chunk) add(p *importexport.Parser, text []byte, name string, line int) bool {
	d, err := parseLine(p, text, name+":"+strconv.Itoa(line))
	if err != nil {
		c.err = err
		return false
	}
	c.docs = append(c.docs, d)
	return true
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
			r := bufio.NewReaderSize(f, chunkBytes)
			pieces := cutLines
			if manyLines(r) {
				pieces = cutValues
			}
			return pieces(r, name, func(c *chunk) error {
				c.ready = make(chan struct{})
				for _, to := range []chan<- *chunk{work, ordered} {
					select {
					case to <- c:
					case <-ctx.Done():
						return ctx.Err()
					}
				}
				return nil
			})
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

// cutLines sends the file in chunks of whole lines.
func cutLines(r *bufio.Reader, name string, send func(*chunk) error) error {
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
			if err := send(&chunk{text: text, line: line}); err != nil {
				return err
			}
			line += bytes.Count(text, []byte("\n"))
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
