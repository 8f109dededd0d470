package mirror

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// mark is what this server remembers by itself of the MongoDB it writes to: if
// what it finds there is older, somebody set the MongoDB back.
type mark struct {
	// Sink is the name of the MongoDB.
	Sink string `json:"sink"`
	// Number is that of the state noted last, or of the one that was about to
	// be noted.
	Number int64 `json:"number"`
	// Rebuild: somebody asked for it.
	Rebuild bool `json:"rebuild,omitempty"`
}

func readMark(path string) (m mark, err error) {
	if path == "" {
		return m, nil
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return m, fmt.Errorf("mirror: %w", err)
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return mark{}, nil // then it knows nothing, and everything is compared
	}
	return m, nil
}

// write makes a mark durable.
func (m mark) write(path string) error {
	if path == "" {
		return nil
	}
	b, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("mirror: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".mirror-*")
	if err != nil {
		return fmt.Errorf("mirror: %w", err)
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("mirror: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}
