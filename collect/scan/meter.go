package scan

import (
	"cmp"
	"slices"
	"sync"

	"calipso/collect"
)

// meter counts round trips by source and target.
type meter struct {
	mu struct {
		sync.Mutex
		by map[[2]string]*Source
	}
}

func newMeter() *meter {
	m := &meter{}
	m.mu.by = map[[2]string]*Source{}
	return m
}

func (m *meter) observe(c collect.Call) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := [2]string{c.Source, c.Target}
	s := m.mu.by[key]
	if s == nil {
		s = &Source{Source: c.Source, Target: c.Target}
		m.mu.by[key] = s
	}
	s.Calls++
	s.Bytes += c.Bytes
	s.Busy += c.Dur
	if c.Err != nil {
		s.Errors++
	}
}

// sources lists the sums by source and target.
func (m *meter) sources() []Source {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make([]Source, 0, len(m.mu.by))
	for _, s := range m.mu.by {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Source) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Target, b.Target))
	})
	return out
}
