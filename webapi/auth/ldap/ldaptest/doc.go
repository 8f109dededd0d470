// Package ldaptest gives tests a real directory: OpenLDAP's slapd with the tree
// of testdata/labs/ldap.
package ldaptest
