// Package certificate keeps a server's TLS certificate as its files have it: they
// are read again when they change, and whoever connects from then on is shown the
// new one. Connections that are open stay as they are. Files that will not do
// leave the certificate that was; the log and a metric say so.
package certificate
