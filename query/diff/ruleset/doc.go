// Package ruleset keeps the rules by which comparisons are made: one document
// for all environments, and one for each environment that has its own.
package ruleset
