// Package legacy is the REST API of the earlier versions, at the root of the
// server: the same paths, parameters, messages and answers, on today's store.
//
// An endpoint is a Resource: one row with its method, path, the right it needs,
// its parameters in the order in which they are checked, and a handler. All
// else follows from the row: Validate refuses with the texts that clients know,
// in the order that they know; the environment named is looked up and is unknown
// to the letter if the caller may not see it; ListOf, One, Created and the like
// write the answer, with ids, dates and secrets in the old shapes; every error
// has the one body that errors have. Describe prints the table.
//
// To add an endpoint, write a function that returns its Resource, in a file of
// its own (get_links.go), and name it in API.resources. Where the versions
// differ, a Param or Resource says in which it is known (In, Mandatory); in a
// handler, Request.Compat tells. Who may call is said by Needs:
//
//   - View and Edit are about the environment that a Param marked Environment
//     names. The engine has it checked before Handle runs, and puts it into
//     Request.Env. Where the check has its place among others, leave the mark
//     out and call Request.Environment, which returns the error to answer.
//   - SignedIn is for what belongs to no environment. The handler keeps to what
//     the caller may see: Request.Envs, or Request.open for shared documents.
//
// A handler reads with api.opt.Store and api.opt.Query, and answers a fault of
// the client with BadRequest or Unauthorized; any other error goes through the
// host, which logs it and says nothing of it. Nested objects of a body are
// checked with Request.Validate and a table of their own. A filter that only
// compares a field needs no code: Match in its Param, and Request.find.
//
// Then add rows to a file of testdata/conformance: requests, and for each
// version the status and the body. go test -run Conformance -rewrite writes what
// is answered; read it against the documentation before you keep it.
package legacy
