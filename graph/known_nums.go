package graph

import "sync"

// keptNums is how many ids of an environment each half of knownNums keeps.
const keptNums = 8192

// knownNums remembers the numbers of ids that were asked for of late. A number
// belongs to its id until retention takes it away, with the last version of the
// thing; then everything here is forgotten, and what was read before is not
// taken any more.
type knownNums struct {
	sync.RWMutex
	era        uint32        // how often was forgotten
	young, old map[ID]uint32 // what is asked for moves to young; old is dropped whole
}

// begun is the era. Who wants to put numbers here asks for it before taking the
// snapshot to read them from.
func (k *knownNums) begun() uint32 {
	k.RLock()
	defer k.RUnlock()
	return k.era
}

// get is 0 if the number is not at hand.
func (k *knownNums) get(id ID) uint32 {
	k.RLock()
	n, young := k.young[id]
	if !young {
		n = k.old[id]
	}
	era := k.era
	k.RUnlock()
	if n != 0 && !young {
		k.put(id, n, era)
	}
	return n
}

func (k *knownNums) put(id ID, n, era uint32) {
	k.Lock()
	defer k.Unlock()
	if era != k.era {
		return
	}
	if k.young == nil || len(k.young) >= keptNums {
		k.old, k.young = k.young, make(map[ID]uint32)
	}
	k.young[id] = n
}

func (k *knownNums) forget() {
	k.Lock()
	defer k.Unlock()
	k.era++
	k.young, k.old = nil, nil
}
