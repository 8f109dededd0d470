// Package truth reads an OpenStack cloud without any of the collectors and
// says what a complete and correct inventory of it holds.
//
// It exists so that a scan can be judged by something that shares no code and,
// where there is a choice, no commands with it: plain HTTP with a small client
// of its own, the ssh program with one shell script per host, identifiers built
// here a second time from their documented form. Facts are what the cloud said,
// Derive turns them into a Truth, Compare holds an export of the graph against
// it. Nothing here is meant for production.
//
// README.md in the folder above says what is compared and why.
package truth
