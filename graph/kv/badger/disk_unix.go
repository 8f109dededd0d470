//go:build linux || darwin

package badger

import (
	"fmt"
	"os"
	"syscall"

	"calipso/graph/kv"
)

// room tells how many bytes of a directory's file system are free for us, and
// how many it has.
func room(dir string) (free, size uint64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, 0, err
	}
	return uint64(s.Bavail) * uint64(s.Bsize), uint64(s.Blocks) * uint64(s.Bsize), nil
}

// hold takes the engine's own lock on a directory, so that its files can be
// looked at before the engine is there. The engine takes it anew.
//
// Errors: kv.ErrLocked.
func hold(dir string) (release func() error, err error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(d.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = d.Close()
		return nil, fmt.Errorf("%w: %w", kv.ErrLocked, err)
	}
	return d.Close, nil
}
