// Package oidctest is a small OpenID Connect provider for tests: it describes
// itself, lets people in without asking, and signs what it says of them. What it
// says, and with which key, tests may change.
package oidctest
