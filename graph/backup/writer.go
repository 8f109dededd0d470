package backup

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash"
	"io"

	"github.com/klauspost/compress/zstd"

	"calipso/graph/kv"
)

// Writer writes one backup.
type Writer struct {
	to      io.Writer
	zip     *zstd.Encoder
	block   []byte
	packed  []byte
	sum     hash.Hash
	records int64
}

// NewWriter begins a backup; Header.Format is set here.
func NewWriter(to io.Writer, h Header) (*Writer, error) {
	h.Format = Format
	text, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, err
	}
	w := &Writer{to: to, zip: zip, sum: sha256.New()}
	if _, err := io.WriteString(to, magic); err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	return w, w.frame(text)
}

// Add writes one record; its bytes are not kept.
func (w *Writer) Add(r Record) error {
	if len(r.Name) > kv.MaxKeyBytes || len(r.Value) > kv.MaxValueBytes {
		return fmt.Errorf("backup: record %x has %d bytes, more than a backup takes", r.Name[:min(len(r.Name), 64)], len(r.Value))
	}
	start := len(w.block)
	w.block = append(w.block, byte(r.Kind))
	w.block = append(binary.AppendUvarint(w.block, uint64(len(r.Name))), r.Name...)
	w.block = append(binary.AppendUvarint(w.block, uint64(len(r.Value))), r.Value...)
	w.sum.Write(w.block[start:])
	w.records++
	if len(w.block) < blockBytes {
		return nil
	}
	return w.flush()
}

// Close writes what is left and the end mark, without which nobody will believe
// the file.
func (w *Writer) Close() error {
	if err := w.flush(); err != nil {
		return err
	}
	text, err := json.Marshal(end{Records: w.records, SHA256: w.sum.Sum(nil)})
	if err != nil {
		return err
	}
	if err := w.write(make([]byte, 4)); err != nil { // a block of no length
		return err
	}
	return w.frame(text)
}

func (w *Writer) flush() error {
	if len(w.block) == 0 {
		return nil
	}
	w.packed = w.zip.EncodeAll(w.block, w.packed[:0])
	w.block = w.block[:0]
	return w.frame(w.packed)
}

// frame writes bytes with their length and checksum before them.
func (w *Writer) frame(b []byte) error {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(b)))
	if err := w.write(binary.BigEndian.AppendUint32(head, checksum(b))); err != nil {
		return err
	}
	return w.write(b)
}

func (w *Writer) write(b []byte) error {
	if _, err := w.to.Write(b); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}
