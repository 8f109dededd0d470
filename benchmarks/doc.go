// Package benchmarks measures the program as its users meet it: built, started
// as a process, spoken to over its commands and HTTP. Benchmarks of single
// packages stand in those packages. make bench runs all and keeps the raw
// output in results/; claims of speed are ratios within one such run.
package benchmarks
