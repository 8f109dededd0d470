package badger

import (
	"fmt"

	"calipso/graph/kv"
)

// The engine maps its log files into memory before they have room on the disk.
// If there is none when a page is written, the process is killed by the
// system, not told; and a write that was told to fail may be there by halves.
// So writes are refused while there still is room for what the engine does by
// itself: to fill its logs (2 * MemtableBytes each), to write its buffers as
// tables, and to merge tables.
const (
	mostReserve = 256 << 20
	// leastReserve is wanted to open the logs and to write what they hold.
	leastReserve = 64 << 20
	// reservePart of a small disk is kept free.
	reservePart = 20
)

// Room tells whether the disk has room for writes.
//
// Errors: kv.ErrFull, with figures.
func (d *DB) Room() error {
	if err := roomIn(d.dir, mostReserve); err != nil {
		return fmt.Errorf("badger: %w", err)
	}
	return nil
}

// roomIn wants so many bytes free, or less on a small disk.
func roomIn(dir string, most uint64) error {
	free, size, err := room(dir)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	if size == 0 { // not known
		return nil
	}
	if reserve := min(most, max(leastReserve, size/reservePart)); free < reserve {
		return fmt.Errorf("%s: %w: %d MiB are free, %d MiB are wanted in reserve", dir, kv.ErrFull, free>>20, reserve>>20)
	}
	return nil
}
