package extsort

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"calipso/graph/kv"
)

// bufferBytes is the buffer of one run's file.
const bufferBytes = 128 << 10

// run is a file of sorted pairs, each as the lengths of key and value and then
// these themselves.
type run struct {
	f    *os.File
	w    *bufio.Writer
	r    *bufio.Reader
	head []byte
	text []byte
}

func newRun(dir string) (*run, error) {
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("extsort: %w", err)
		}
	}
	f, err := os.CreateTemp(dir, pattern)
	if err != nil {
		return nil, fmt.Errorf("extsort: %w", err)
	}
	return &run{f: f, w: bufio.NewWriterSize(f, bufferBytes)}, nil
}

func (r *run) write(p kv.Pair) error {
	r.head = binary.AppendUvarint(r.head[:0], uint64(len(p.Key)))
	r.head = binary.AppendUvarint(r.head, uint64(len(p.Value)))
	for _, b := range [...][]byte{r.head, p.Key, p.Value} {
		if _, err := r.w.Write(b); err != nil {
			return fmt.Errorf("extsort: %w", err)
		}
	}
	return nil
}

// rewind ends writing and begins reading.
func (r *run) rewind() error {
	err := r.w.Flush()
	r.w = nil
	if err == nil {
		_, err = r.f.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("extsort: %w", err)
	}
	r.r = bufio.NewReaderSize(r.f, bufferBytes)
	return nil
}

// next reads a pair; its bytes are valid until the next one. io.EOF: no more.
func (r *run) next() (kv.Pair, error) {
	key, err := binary.ReadUvarint(r.r)
	if errors.Is(err, io.EOF) {
		return kv.Pair{}, io.EOF
	}
	var value uint64
	if err == nil {
		value, err = binary.ReadUvarint(r.r)
	}
	if err == nil {
		if n := int(key + value); cap(r.text) < n {
			r.text = make([]byte, n+n/4)
		}
		r.text = r.text[:key+value]
		_, err = io.ReadFull(r.r, r.text)
	}
	if err != nil {
		return kv.Pair{}, fmt.Errorf("extsort: %s: %w", r.f.Name(), err)
	}
	return kv.Pair{Key: r.text[:key:key], Value: r.text[key:]}, nil
}

func (r *run) close() error {
	err := errors.Join(r.f.Close(), os.Remove(r.f.Name()))
	if err != nil {
		return fmt.Errorf("extsort: %w", err)
	}
	return nil
}
