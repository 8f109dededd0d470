// Package report makes reports and keeps them unchanged (rule S-11): a report
// is two documents of its environment, one that says what it is of and by whom
// it was asked for, and one with its content. Whatever becomes of the graph or
// the rules, it is shown and exported from what was kept.
//
// The weekly report compares with the week before, tells how things stand and
// what scans could not read.
package report
