package program

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// RSS is the memory of the server that is in the machine's, in bytes: all of
// it, and the part that is its own (the rest are pages of files it has mapped,
// which the system takes back when it wants to).
func (s *Server) RSS() (all, own int64, err error) {
	bytes, err := status(s.cmd.Process.Pid)
	return bytes["VmRSS"], bytes["RssAnon"], err
}

// status is the lines of /proc/PID/status that tell of memory, in bytes.
func status(pid int) (map[string]int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return nil, fmt.Errorf("program: memory: %w", err)
	}
	bytes := map[string]int64{}
	for line := range strings.Lines(string(text)) {
		name, rest, _ := strings.Cut(line, ":")
		kib, isMemory := strings.CutSuffix(strings.TrimSpace(rest), " kB")
		if !isMemory {
			continue
		}
		n, err := strconv.ParseInt(kib, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("program: memory: %w", err)
		}
		bytes[name] = n << 10
	}
	return bytes, nil
}

// peaks watches the memory of a process until done is closed and gives the most
// it ever had, in bytes; 0 where the system does not tell. What the system says
// of a process that ended does not serve: the memory of the one that started it
// counts there too.
func peaks(pid int, done <-chan struct{}) (most int64) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if bytes, err := status(pid); err == nil {
			most = max(most, bytes["VmHWM"])
		}
		select {
		case <-done:
			return most
		case <-tick.C:
		}
	}
}
