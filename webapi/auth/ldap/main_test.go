package ldap_test

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"calipso/webapi/auth/ldap/ldaptest"
)

var server *ldaptest.Lab

func TestMain(m *testing.M) {
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
