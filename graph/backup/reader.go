package backup

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/klauspost/compress/zstd"
)

// Reader reads one backup.
type Reader struct {
	// Header is that of the file.
	Header Header

	from    *bufio.Reader
	at      int64 // bytes read
	blocks  int
	unzip   *zstd.Decoder
	packed  []byte
	room    []byte // of the block
	block   []byte // what is left of it
	sum     hash.Hash
	records int64
	ended   bool
}

// NewReader reads the header. Close the reader.
//
// Errors: ErrNoBackup, ErrDamaged, ErrCutShort, and those of the source.
func NewReader(from io.Reader) (*Reader, error) {
	r := &Reader{from: bufio.NewReaderSize(from, 1<<16), sum: sha256.New()}
	start := make([]byte, len(magic))
	n, err := io.ReadFull(r.from, start)
	r.at = int64(n)
	if err != nil && !short(err) {
		return nil, fmt.Errorf("backup: %w", err)
	}
	if err != nil && n > 0 && bytes.HasPrefix([]byte(magic), start[:n]) {
		return nil, r.cut("the header is missing")
	}
	if err != nil || string(start) != magic {
		return nil, fmt.Errorf("backup: the file %w: it does not begin as one", ErrNoBackup)
	}
	text, err := r.frame("header", maxHeader)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &r.Header); err != nil {
		return nil, fault(r.at, ErrDamaged, "the header does not decode: "+err.Error())
	}
	if r.Header.Format != Format {
		return nil, fmt.Errorf("backup: the file %w: it has format %d and was written by version %s; this program reads format %d", ErrNoBackup, r.Header.Format, r.Header.Program, Format)
	}
	r.unzip, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxBlock))
	return r, err
}

// Close frees what the reader holds.
func (r *Reader) Close() {
	if r.unzip != nil {
		r.unzip.Close()
	}
}

// Records is how many were read so far.
func (r *Reader) Records() int64 { return r.records }

// Next reads one record, valid until the next call. io.EOF, and nothing else,
// says that the file is whole and all of it was read.
//
// Errors: ErrDamaged, ErrCutShort, and those of the source.
func (r *Reader) Next() (Record, error) {
	for len(r.block) == 0 {
		if r.ended {
			return Record{}, io.EOF
		}
		if err := r.fill(); err != nil {
			return Record{}, err
		}
	}
	before := r.block
	kind := Kind(r.block[0])
	name, rest, ok := cut(r.block[1:])
	value, rest, ok2 := cut(rest)
	if !ok || !ok2 || !kind.known() {
		return Record{}, fault(r.at, ErrDamaged, fmt.Sprintf("block %d holds no whole record", r.blocks))
	}
	r.block = rest
	r.sum.Write(before[:len(before)-len(rest)])
	r.records++
	return Record{Kind: kind, Name: name, Value: value}, nil
}

func cut(b []byte) (part, rest []byte, ok bool) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return nil, nil, false
	}
	return b[size : size+int(n)], b[size+int(n):], true
}

// fill reads the next block, or the end mark.
func (r *Reader) fill() error {
	what := fmt.Sprintf("block %d", r.blocks+1)
	packed, err := r.frame(what, maxBlock)
	if err != nil {
		return err
	}
	if packed == nil {
		return r.end()
	}
	r.blocks++
	if r.room, err = r.unzip.DecodeAll(packed, r.room[:0]); err != nil {
		return fault(r.at, ErrDamaged, fmt.Sprintf("%s does not unpack: %v", what, err))
	}
	if r.block = r.room; len(r.block) == 0 {
		return fault(r.at, ErrDamaged, what+" is empty")
	}
	return nil
}

func (r *Reader) end() error {
	text, err := r.frame("the end mark", maxHeader)
	if err != nil {
		return err
	}
	var e end
	if err := json.Unmarshal(text, &e); err != nil {
		return fault(r.at, ErrDamaged, "the end mark does not decode: "+err.Error())
	}
	if e.Records != r.records || !bytes.Equal(e.SHA256, r.sum.Sum(nil)) {
		return fault(r.at, ErrDamaged, fmt.Sprintf("the end mark speaks of other records than the %d that are there", r.records))
	}
	switch _, err := r.from.ReadByte(); {
	case err == nil:
		return fault(r.at, ErrDamaged, "something follows the end mark")
	case !errors.Is(err, io.EOF):
		return fmt.Errorf("backup: %w", err)
	}
	r.ended = true
	return nil
}

// frame reads bytes with their length and checksum; nil for the frame of no
// length, which has no checksum.
func (r *Reader) frame(what string, most int) ([]byte, error) {
	start := r.at
	n, err := r.number(what)
	if err != nil || n == 0 {
		return nil, err
	}
	if int64(n) > int64(most) {
		return nil, fault(start, ErrDamaged, fmt.Sprintf("%s would have %d bytes", what, n))
	}
	want, err := r.number(what)
	if err != nil {
		return nil, err
	}
	b := bytes.NewBuffer(r.packed[:0]) // grows with what is there, not with what is claimed
	got, err := io.CopyN(b, r.from, int64(n))
	r.at += got
	if err != nil {
		return nil, r.ending(err, what)
	}
	r.packed = b.Bytes()
	if checksum(r.packed) != want {
		return nil, fault(start, ErrDamaged, what+" is not what was written (its checksum differs)")
	}
	return r.packed, nil
}

func (r *Reader) number(what string) (uint32, error) {
	var b [4]byte
	n, err := io.ReadFull(r.from, b[:])
	r.at += int64(n)
	if err != nil {
		return 0, r.ending(err, what)
	}
	return binary.BigEndian.Uint32(b[:]), nil
}

func (r *Reader) ending(err error, what string) error {
	if short(err) {
		return r.cut(what + " is missing or incomplete")
	}
	return fmt.Errorf("backup: %w", err)
}

func (r *Reader) cut(what string) error { return fault(r.at, ErrCutShort, what) }

func short(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }
