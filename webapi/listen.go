package webapi

import (
	"fmt"
	"net"
)

// CheckListen refuses an address that others could reach (anything but a
// loopback address) unless traffic is encrypted or the operator says that he
// means it: sessions and tokens would cross the network in clear.
func CheckListen(addr string, tls, allowInsecure bool) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("webapi: listen address %q: %w", addr, err)
	}
	if tls || allowInsecure || loopback(host) {
		return nil
	}
	return fmt.Errorf("webapi: %s can be reached by others, and without TLS passwords would cross the network in clear: "+
		"give a certificate, listen on 127.0.0.1, or allow it explicitly", addr)
}

// loopback tells whether only this machine reaches the host. A name counts if
// it is "localhost"; others may resolve to anything.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
