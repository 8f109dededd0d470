// Package recent keeps what callers made of records that were read of late, for
// as long as it is true: Cache by vertex and edge, Memo by documents.
//
// Nothing here is ever stale. Each use names the view it is for; what the
// commits up to that view touched is dropped first, by reading the change log
// from where it was read to before. So a change is seen by whoever looks after
// the commit returned, and no writer has to know who keeps what.
package recent
