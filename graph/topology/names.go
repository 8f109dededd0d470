package topology

import "sync"

// Names translates between names and codes, both ways. Code 0 stands for no
// name. Codes are given in order of appearance and keep their meaning in every
// later version.
type Names struct {
	table *table
	list  []string // what this version knows; never longer in place
}

// table is the index that all versions of one name list share.
type table struct {
	mu struct {
		sync.RWMutex
		index map[string]int
	}
}

// NewNames makes a table of the given names with the codes 1, 2, ….
func NewNames(names ...string) Names {
	n := Names{table: &table{}, list: make([]string, 1, len(names)+1)}
	n.table.mu.index = make(map[string]int, len(names))
	for _, name := range names {
		n = n.Add(name)
	}
	return n
}

// Add gives a name the next code, in a new version; a known or empty name
// changes nothing. Only the newest version may be added to, by one goroutine.
func (n Names) Add(name string) Names {
	if n.table == nil {
		n = NewNames()
	}
	if _, ok := n.Code(name); ok {
		return n
	}
	n.table.mu.Lock()
	defer n.table.mu.Unlock()
	n.table.mu.index[name] = len(n.list)
	n.list = append(n.list, name)
	return n
}

// Code is the code of a name, 0 for the empty one; ok is false if this version
// does not know it.
func (n Names) Code(name string) (code int, ok bool) {
	if name == "" {
		return 0, true
	}
	if n.table == nil {
		return 0, false
	}
	n.table.mu.RLock()
	defer n.table.mu.RUnlock()
	code, ok = n.table.mu.index[name]
	if !ok || code >= len(n.list) || n.list[code] != name {
		return 0, false // of a later version, or of one that was given up
	}
	return code, ok
}

// Name is the name of a code, "" if there is none.
func (n Names) Name(code int) string {
	if code <= 0 || code >= len(n.list) {
		return ""
	}
	return n.list[code]
}

// Len is the number of names; codes go from 1 to Len.
func (n Names) Len() int { return max(len(n.list)-1, 0) }

// Same tells whether two lists give the same codes to the same names.
func (n Names) Same(m Names) bool { return n.table == m.table && len(n.list) == len(m.list) }
