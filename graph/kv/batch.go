package kv

// Batch collects writes that shall become true together. The last one for a
// key wins. A batch keeps the slices it is given until it is written.
type Batch struct {
	ops   []Op
	bytes int
}

// Op is one write of a batch: a put, or with Delete a removal.
type Op struct {
	Key, Value []byte
	Delete     bool
}

// Put adds or replaces a key.
func (b *Batch) Put(key, value []byte) {
	b.ops = append(b.ops, Op{Key: key, Value: value})
	b.bytes += len(key) + len(value)
}

// Delete removes a key; it need not exist.
func (b *Batch) Delete(key []byte) {
	b.ops = append(b.ops, Op{Key: key, Delete: true})
	b.bytes += len(key)
}

// Ops are the writes in the order given.
func (b *Batch) Ops() []Op { return b.ops }

// Len is the number of writes, Bytes the size of their keys and values.
func (b *Batch) Len() int { return len(b.ops) }

// Bytes is the size of all keys and values.
func (b *Batch) Bytes() int { return b.bytes }

// Reset empties the batch for further use.
func (b *Batch) Reset() {
	clear(b.ops)
	b.ops, b.bytes = b.ops[:0], 0
}
