package jsonl

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// value is one document of a file that does not give each a line of its own.
type value struct {
	text []byte
	line int // on which it begins, from 1
}

// manyLines tells a file that holds an array, or documents of several lines, by
// how it begins. It reads nothing away.
func manyLines(r *bufio.Reader) bool {
	head, _ := r.Peek(4096) // what is wrong with the file is told by who reads it
	head = bytes.TrimLeft(head, " \t\r\n")
	first, _, _ := bytes.Cut(head, []byte("\n"))
	return bytes.HasPrefix(head, []byte("[")) || string(bytes.TrimSpace(first)) == "{"
}

// cutValues sends the file in chunks of whole values: the elements of an array,
// or one value after the other.
func cutValues(r *bufio.Reader, name string, send func(*chunk) error) error {
	lines := &lineReader{r: r}
	dec := json.NewDecoder(lines)
	wrong := func(err error) error {
		return fmt.Errorf("jsonl: %s:%d: %w", name, lines.at(dec.InputOffset()), err)
	}
	array := false
	if head, _ := r.Peek(4096); bytes.HasPrefix(bytes.TrimLeft(head, " \t\r\n"), []byte("[")) {
		array = true
		if _, err := dec.Token(); err != nil {
			return wrong(err)
		}
	}
	c, size := &chunk{}, 0
	for !array || dec.More() {
		var text json.RawMessage
		err := dec.Decode(&text)
		if errors.Is(err, io.EOF) && !array {
			break
		}
		if err != nil {
			if serr := send(c); serr != nil { // what came before is in order
				return serr
			}
			return wrong(err)
		}
		c.vals = append(c.vals, value{text, lines.at(dec.InputOffset() - int64(len(text)))})
		if size += len(text); size >= chunkBytes {
			if err := send(c); err != nil {
				return err
			}
			c, size = &chunk{}, 0
		}
	}
	if err := send(c); err != nil || !array {
		return err
	}
	if _, err := dec.Token(); err != nil { // the array's end
		return wrong(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return wrong(errors.New("something follows the array"))
	}
	return nil
}

// lineReader knows on which line a place is of what was read through it.
type lineReader struct {
	r     io.Reader
	read  int64
	ends  []int64 // of lines that no question was beyond yet
	ended int     // lines before these
}

func (l *lineReader) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i, b := range p[:n] {
		if b == '\n' {
			l.ends = append(l.ends, l.read+int64(i))
		}
	}
	l.read += int64(n)
	return n, err
}

// at is the line, from 1, of a place; places are asked for in order.
func (l *lineReader) at(offset int64) int {
	for len(l.ends) > 0 && l.ends[0] < offset {
		l.ends = l.ends[1:]
		l.ended++
	}
	return l.ended + 1
}
