package index

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// errNoRoom is why writing is not even tried.
var errNoRoom = errors.New("no room on the disk")

// room is how much the disk must take before writing is tried again, in bytes.
const room = 4 << 20

// reopen puts the engine back to what is on the disk, after a batch was not
// written: Bleve would hold on to the batch, and try again and again.
func (x *Index) reopen() error {
	x.mu.RLock()
	here, closed := x.mu.engine != nil, x.mu.closed
	x.mu.RUnlock()
	switch {
	case closed:
		return fmt.Errorf("index: %w", ErrClosed)
	case here && !x.failing.Load():
		return nil
	case here:
		if err := x.letGo(); err != nil {
			x.opt.Log.Warn("search index does not close", "err", err)
		}
	}
	numbers, err := x.generations()
	if err != nil {
		return err
	}
	if len(numbers) == 0 {
		x.failing.Store(false)
		return x.renew()
	}
	fresh, err := openEngine(x.generation(numbers[len(numbers)-1]))
	if errors.Is(err, ErrDamaged) {
		x.opt.Log.Warn("search index is made anew", "err", err)
		x.failing.Store(false)
		return x.renew()
	}
	if err != nil {
		return err
	}
	x.mu.Lock()
	x.mu.engine = fresh
	x.mu.Unlock()
	x.failing.Store(false)
	return nil
}

// letGo closes the engine and leaves none.
func (x *Index) letGo() error {
	x.mu.Lock()
	old := x.mu.engine
	x.mu.engine = nil
	x.mu.Unlock()
	if old == nil {
		return nil
	}
	return guarded(old.close)
}

// hasRoom tries whether the disk takes a file.
func (x *Index) hasRoom() (err error) {
	path := filepath.Join(x.dir, "room")
	defer func() {
		if rerr := os.Remove(path); rerr != nil && !errors.Is(rerr, os.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
	}()
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("index: %w: %w", errNoRoom, err)
	}
	_, err = f.Write(make([]byte, room))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("index: %w: %w", errNoRoom, err)
	}
	return nil
}
