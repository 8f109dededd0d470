// Package mirrortest holds a mirrored MongoDB, as a client of another make reads
// it, against a fresh export.
package mirrortest
