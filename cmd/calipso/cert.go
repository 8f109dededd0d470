package main

import (
	"crypto/x509"
	"encoding/pem"
)

// nameIn is the first name that a certificate is for, by which a client that
// connects to another address of the same machine checks it.
func nameIn(text []byte) string {
	block, _ := pem.Decode(text)
	if block == nil {
		return ""
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return ""
	}
	switch {
	case len(cert.DNSNames) > 0:
		return cert.DNSNames[0]
	case len(cert.IPAddresses) > 0:
		return cert.IPAddresses[0].String()
	}
	return cert.Subject.CommonName
}
