// Package kvtest is the suite that every storage engine passes.
package kvtest
