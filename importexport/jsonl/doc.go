// Package jsonl is the format of mongoexport and mongoimport: a folder with one
// file <collection>.jsonl per collection, one document of MongoDB Extended JSON
// a line. Read are also .json files, arrays (mongoexport --jsonArray), documents
// over several lines (--pretty), and Extended JSON of both versions, canonical and
// relaxed; relaxed v2 is written.
package jsonl
