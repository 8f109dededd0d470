// Package retention decides what of the past is kept, and has the rest
// forgotten: each night snapshots beyond the age of their kind go, then what no
// remaining snapshot shows and nobody needs any more, and the disk gets its
// space back.
package retention
