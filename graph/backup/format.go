package backup

import (
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"calipso/graph/kv"
)

// Format is the version of the file that this program writes and reads.
const Format = 1

const (
	magic = "calipso backup\n"
	// blockBytes is from how many bytes of records on a block is written.
	blockBytes = 1 << 20
	// maxBlock is the most a block may hold: nearly full, and one record more.
	maxBlock = blockBytes + kv.MaxKeyBytes + kv.MaxValueBytes + 64
	// maxHeader bounds header and end mark.
	maxHeader = 1 << 20
)

// Header says what a backup is of.
type Header struct {
	Format  int    `json:"format"`
	Program string `json:"program"` // version of the program that wrote it
	// Time is the moment whose state it holds.
	Time time.Time `json:"time"`
	// KeyID recognises the key that the secrets in it are sealed with.
	KeyID string `json:"key_id"`
	// WithKey: that key is in the file too.
	WithKey bool `json:"with_key"`
}

// Kind is what a record of a backup is.
type Kind byte

// The kinds, in the order in which they come.
const (
	Key  Kind = 'k' // the sealing key
	File Kind = 'f' // a file kept beside the store, by its name
	Pair Kind = 'p' // one pair of the store
)

// Record is one thing of a backup.
type Record struct {
	Kind        Kind
	Name, Value []byte
}

// end is the last thing in a file.
type end struct {
	Records int64  `json:"records"`
	SHA256  []byte `json:"sha256"`
}

// What callers ask of an error with errors.Is.
var (
	// ErrNoBackup: the file is something else, or of a format of later times.
	ErrNoBackup = errors.New("is no backup that this program reads")
	// ErrDamaged: bytes of the file are not those that were written.
	ErrDamaged = errors.New("is damaged")
	// ErrCutShort: the file ends before its end mark.
	ErrCutShort = errors.New("is cut short")
)

func checksum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

func (k Kind) known() bool { return k == Key || k == File || k == Pair }

// fault is an error with its place in the file.
func fault(at int64, kind error, what string) error {
	return fmt.Errorf("backup: the file %w: at byte %d %s", kind, at, what)
}
