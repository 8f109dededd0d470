package graph

// ConnectionTests holds the requests to try access data, and their outcome. They
// are in Shared, since access data may be tried before there is an environment.
const ConnectionTests Collection = "connection_tests"
