// Package jsonl is the format of mongoexport and mongoimport: a folder with one
// file <collection>.jsonl per collection, one document of MongoDB Extended JSON
// a line. Canonical and relaxed forms are read; relaxed v2 is written.
package jsonl
