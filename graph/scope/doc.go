// Package scope keeps scopes: named selections of what belongs to somebody, by
// projects, tags and single objects, over any number of environments. A scope
// is one document; what it selects at some time is found when it is asked for
// (package extent).
//
// Each scope has baselines: for each environment the snapshot that shows it as
// designed. The last one set counts, those before stay selectable (rule S-08).
package scope
