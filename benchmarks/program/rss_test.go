package program

import (
	"os/exec"
	"runtime"
	"testing"
)

// What a program took is not what the one took that started it.
func TestPeakRSS(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has /proc")
	}
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Skip(err)
	}
	const mine = 256 << 20
	much := make([]byte, mine)
	for i := range much {
		much[i] = 1
	}
	_, u, err := (&Program{path: sleep}).Run(t.Context(), "0.1")
	if err != nil {
		t.Fatal(err)
	}
	if u.PeakRSS == 0 || u.PeakRSS > mine/2 {
		t.Errorf("sleep had %d bytes of memory", u.PeakRSS)
	}
	runtime.KeepAlive(much)
}
