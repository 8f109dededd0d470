// Package e2e tests the whole program from outside: it builds the binary, runs
// it as a user would, and judges what it shows of a real cloud with package
// truth, which reads the same cloud on its own. README.md says what is checked.
package e2e
