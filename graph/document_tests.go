package graph

// ConnectionTests holds the requests to try access data, and their outcome: in
// their environment, or in Shared if there is none yet.
const ConnectionTests Collection = "connection_tests"
