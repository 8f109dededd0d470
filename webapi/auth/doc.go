// Package auth keeps accounts: users with their rights, roles, sessions, API
// tokens.
//
// Users, roles and tokens are documents of the store (collections users, roles and
// api_tokens), so that they are backed up, sealed and kept in history like all
// else. What is remembered between requests is dropped by the commit that changes
// it: an account removed on one connection is gone on the next request of another.
//
// verify is the one door for names and passwords. A local account of the name
// decides alone; else the directories (Directory) are asked in their order, and
// whoever they know gets an account without a password, and the roles that his
// groups stand for, anew with each sign-in. SignIn is for sources that vouch for
// somebody without a password.
//
// Passwords are argon2id; tokens are 32 random bytes (16 for clients of the old
// API) of which only the SHA-256 is stored. Accounts taken over from an old
// installation (Adopt) bring bcrypt hashes, good for one sign-in. There is no
// default password: Bootstrap makes the first account with a random one.
package auth
