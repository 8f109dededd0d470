// Package backup writes everything a data directory keeps into one file, and
// reads it back: the records of the store, the small files beside it, and, if
// wanted, the key that seals its secrets. It knows no engine; the records are
// pairs of bytes, so a backup of one engine may be restored into another.
//
// A file is read front to back, once, so it may come through a pipe. Nothing
// of it is to be believed before Reader.Next has said io.EOF: only then is it
// known to be whole.
package backup
