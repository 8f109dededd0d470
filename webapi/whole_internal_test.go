package webapi

import (
	"bytes"
	"io"
	"net"
	"testing"
)

// What a handler writes in pieces arrives as written, the first piece not
// before the rest is there, and nothing stays behind.
func TestWholeConnSendsEverything(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	accepted, err := wholeListener{l}.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer accepted.Close()
	server := accepted.(*wholeConn)
	for _, c := range []struct {
		sizes []int
		held  int // after the first piece
	}{
		{[]int{mostHeld, 16_000}, mostHeld},
		{[]int{100}, 100},
		{[]int{mostHeld, 1, mostHeld}, mostHeld},
		{[]int{mostHeld + 1, 10}, 0},
	} {
		var sent []byte
		server.holding = true
		for i, size := range c.sizes {
			piece := bytes.Repeat([]byte{byte('a' + i)}, size)
			sent = append(sent, piece...)
			if n, err := server.Write(piece); n != size || err != nil {
				t.Fatalf("%v: wrote %d of %d: %v", c.sizes, n, size, err)
			}
			if i == 0 && len(server.held) != c.held {
				t.Errorf("%v: %d bytes are held after the first piece, want %d", c.sizes, len(server.held), c.held)
			}
		}
		if err := server.release(); err != nil {
			t.Fatal(err)
		}
		got := make([]byte, len(sent))
		if _, err := io.ReadFull(client, got); err != nil || !bytes.Equal(got, sent) {
			t.Errorf("%v: other bytes came than were sent (%v)", c.sizes, err)
		}
	}
	if _, err := server.Write([]byte("at once")); err != nil || len(server.held) != 0 {
		t.Errorf("a piece is held though no answer is under way: %v", err)
	}
}
