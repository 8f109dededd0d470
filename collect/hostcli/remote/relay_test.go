package remote

import (
	"io"
	"net"
	"sync"
	"testing"
)

// relay passes bytes on until it is told to swallow them.
type relay struct {
	port int
	mu   sync.Mutex
	dead bool
}

func newRelay(t *testing.T, to string) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{port: l.Addr().(*net.TCPAddr).Port}
	var wg sync.WaitGroup
	var conns []net.Conn
	wg.Go(func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil {
				from.Close()
				continue
			}
			r.mu.Lock()
			conns = append(conns, from, out)
			r.mu.Unlock()
			wg.Go(func() { r.pass(out, from) })
			wg.Go(func() { r.pass(from, out) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		r.mu.Lock()
		for _, c := range conns {
			c.Close()
		}
		r.mu.Unlock()
		wg.Wait()
	})
	return r
}

func (r *relay) swallow() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dead = true
}

func (r *relay) pass(to io.Writer, from io.Reader) {
	buf := make([]byte, 4096)
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		r.mu.Lock()
		dead := r.dead
		r.mu.Unlock()
		if !dead {
			to.Write(buf[:n])
		}
	}
}
