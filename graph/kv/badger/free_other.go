//go:build !(linux || darwin || freebsd)

package badger

// freeBytes is not known here.
func freeBytes(string) (bytes int64, known bool) { return 0, false }
