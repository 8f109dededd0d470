//go:build linux || darwin || freebsd

package badger

import "syscall"

// freeBytes is the room on the disk that holds a folder, as far as known.
func freeBytes(dir string) (bytes int64, known bool) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, false
	}
	return int64(fs.Bavail) * int64(fs.Bsize), true
}
