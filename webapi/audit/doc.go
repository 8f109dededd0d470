// Package audit keeps who changed what, and who signed in or tried to: when,
// from where, by which request, and what was there before and after.
//
// Entries are documents of the store (collection audit of Shared), so that they
// are backed up with all else. Each has an age and there are only so many of
// them: Sweep removes what is beyond. Nothing in an entry is secret: Masked takes
// documents in the form that outputs show them in.
package audit
