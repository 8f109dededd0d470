// Package leaks finds credentials in what leaves the program: answers, output,
// log lines, exports, errors. It knows those that the tests use, by name
// (credentials.txt), and the shape of those that are made up on the way: tokens,
// first passwords, private keys, password hashes, URLs with a password.
//
// Test servers and commands of this repository are watched through it, and
// testrun looks through whatever the suite prints. Places where a credential is
// shown on purpose, once, to whom it belongs are listed in shown.go.
package leaks
