// Package fields tells, field by field, how two forms of one vertex or edge
// differ. Histories and differences between two times are made of it.
package fields
