package graph

import "sync"

// keptNums is how many ids of an environment each half of knownNums keeps.
const keptNums = 8192

// knownNums remembers the numbers of ids that were asked for of late. A number
// belongs to its id for as long as the environment lives, so nothing here is
// ever wrong.
type knownNums struct {
	sync.RWMutex
	young, old map[ID]uint32 // what is asked for moves to young; old is dropped whole
}

// get is 0 if the number is not at hand.
func (k *knownNums) get(id ID) uint32 {
	k.RLock()
	n, young := k.young[id]
	if !young {
		n = k.old[id]
	}
	k.RUnlock()
	if n != 0 && !young {
		k.put(id, n)
	}
	return n
}

func (k *knownNums) put(id ID, n uint32) {
	k.Lock()
	defer k.Unlock()
	if k.young == nil || len(k.young) >= keptNums {
		k.old, k.young = k.young, make(map[ID]uint32)
	}
	k.young[id] = n
}
