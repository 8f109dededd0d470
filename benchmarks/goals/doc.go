// Command goals measures what the program shall reach, each beside the limit of
// the machine in the same run: a walk over plain arrays, the bare engines of
// store and search, and, in a module of their own, DuckDB and SQLite. Rows of a
// size go into a table under benchmarks/results/, as text and as lines of JSON;
// README.md says what each means and how to read it.
//
// Every row checks first that both sides compute the same answer.
package main
