package clique

// table maps numbers to numbers for the length of one walk; emptying it is one
// increment. It is an open-addressed hash table with linear probing, never
// more than half full.
type table struct {
	slots []slot
	used  int
	epoch uint32
}

type slot struct{ key, val, epoch uint32 }

func (t *table) reset() {
	t.used = 0
	t.epoch++
	if t.slots == nil || t.epoch == 0 {
		t.slots, t.epoch = make([]slot, 64), 1
	}
}

// at is the slot that holds the key or is free for it.
func (t *table) at(key uint32) *slot {
	mask := uint32(len(t.slots) - 1)
	for i := key * 0x9E3779B1 >> 7 & mask; ; i = (i + 1) & mask {
		if s := &t.slots[i]; s.epoch != t.epoch || s.key == key {
			return s
		}
	}
}

func (t *table) get(key uint32) (val uint32, ok bool) {
	s := t.at(key)
	return s.val, s.epoch == t.epoch
}

// getOrAdd is the value of a key, or gives it one.
func (t *table) getOrAdd(key, val uint32) (_ uint32, known bool) {
	s := t.at(key)
	if s.epoch == t.epoch {
		return s.val, true
	}
	*s = slot{key, val, t.epoch}
	if t.used++; t.used*2 > len(t.slots) {
		t.grow()
	}
	return val, false
}

// set changes the value of a key that is there.
func (t *table) set(key, val uint32) { t.at(key).val = val }

func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, 2*len(old))
	for _, s := range old {
		if s.epoch == t.epoch {
			*t.at(s.key) = s
		}
	}
}
