// Package auth keeps accounts: users with their rights, sessions, API tokens.
//
// Users and tokens are documents of the store (collections users and
// api_tokens), so that they are backed up, sealed and kept in history like all
// else. Every question goes to the store: an account removed on one connection
// is gone on the next request of another, and there is no cache to mistrust.
//
// Passwords are argon2id; tokens are 32 random bytes of which only the SHA-256
// is stored. There is no default password: Bootstrap makes the first account
// with a random one.
package auth
