package program

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// Connection is one connection kept open, with as little client around it as
// there can be: on a machine of few cores a comfortable client costs as much
// as the server that is measured. It serves one goroutine.
type Connection struct {
	conn   net.Conn
	in     *bufio.Reader
	header string
	out    []byte
}

// Connect opens a connection.
func (s *Server) Connect() (*Connection, error) {
	host := strings.TrimPrefix(s.URL, "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return nil, fmt.Errorf("program: connect: %w", err)
	}
	return &Connection{
		conn: conn, in: bufio.NewReaderSize(conn, 64<<10),
		header: " HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: Bearer " + s.Token + "\r\n\r\n",
	}, nil
}

// Get reads an answer through and tells how long it took and how many bytes
// its body has.
//
// Errors: an answer other than 200.
func (c *Connection) Get(path string) (took time.Duration, bytes int64, err error) {
	c.out = append(append(append(c.out[:0], "GET "...), path...), c.header...)
	begun := time.Now()
	if _, err := c.conn.Write(c.out); err != nil {
		return 0, 0, fmt.Errorf("program: %s: %w", path, err)
	}
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return 0, 0, fmt.Errorf("program: %s: %w", path, err)
	}
	bytes, err = io.Copy(io.Discard, resp.Body)
	took = time.Since(begun)
	_ = resp.Body.Close() // read to its end
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("program: %s: %s", path, resp.Status)
	}
	return took, bytes, err
}

// Close closes it.
func (c *Connection) Close() error { return c.conn.Close() }
