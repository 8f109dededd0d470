// Package ldap signs people in by a directory that speaks LDAP: a password is
// right if the directory accepts it in a simple bind, and the groups it lists
// somebody in say what he may do here.
//
// It is configured by the ldap.conf of the older Calipso, or by its variables
// CALIPSO_LDAP_SERVICE_*; DESIGN.md says what of that means something else here.
package ldap
