package ldap_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"calipso/webapi/auth/ldap/ldaptest"
)

var server *ldaptest.Lab

func TestMain(m *testing.M) {
	flag.Parse() // which ends the tests if it fails: nothing is to be left running then
	var stop func()
	server, stop = ldaptest.Shared()
	code := m.Run()
	stop()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}
