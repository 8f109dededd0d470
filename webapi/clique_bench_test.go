package webapi_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/badger"
	"calipso/webapi"
	"calipso/webapi/webapitest"
)

// BenchmarkClique asks a server on loopback for cliques of instances, over a
// store on disk, with the access log on. cold: each id once, by one client;
// warm: the same ids again and again, by one client and by 16. The client
// writes ready-made requests and reads whole answers; it runs on the same
// cores.
func BenchmarkClique(b *testing.B) {
	s, ids := cloudServer(b)
	token := s.Bearer(webapitest.AdminName)
	requests := make([][]byte, len(ids))
	for i, id := range ids {
		requests[i] = fmt.Appendf(nil, "GET /api/v1/environments/cloud/cliques/%s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\n\r\n", url.PathEscape(string(id)), token)
	}
	// A clique each time after other instances than before: half of the ids
	// are for the cold run alone, which makes as many rounds as there are ids.
	cold, warm := requests[:len(requests)-500], requests[len(requests)-500:]
	for _, c := range []struct {
		name    string
		list    [][]byte
		clients int
	}{{"cold/clients=1", cold, 1}, {"warm/clients=1", warm, 1}, {"warm/clients=16", warm, 16}} {
		next := new(atomic.Int64) // goes on over the rounds of a benchmark: cold ids are not asked for twice
		b.Run(c.name, func(b *testing.B) {
			took := make([][]time.Duration, c.clients)
			total := b.N
			var done atomic.Int64
			b.ResetTimer()
			var wg sync.WaitGroup
			for n := range c.clients {
				wg.Go(func() {
					conn := dial(b, s.URL)
					defer conn.Close()
					for done.Add(1) <= int64(total) {
						i := next.Add(1) - 1
						if strings.HasPrefix(c.name, "cold") && i >= int64(len(c.list)) {
							return
						}
						start := time.Now()
						conn.ask(b, c.list[i%int64(len(c.list))])
						took[n] = append(took[n], time.Since(start))
					}
				})
			}
			wg.Wait()
			all := slices.Concat(took...)
			if len(all) == 0 {
				b.Skip("the ids that were not asked for yet are used up; run it alone, or with a smaller -benchtime")
			}
			slices.Sort(all)
			b.ReportMetric(float64(all[len(all)/2].Microseconds()), "p50-µs")
			b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-µs")
		})
	}
}

// cloudServer serves environment "cloud" of 10,000 objects from a store on
// disk, and lists its instances.
func cloudServer(b *testing.B) (*webapitest.Test, []graph.ID) {
	db, err := badger.Open(b.TempDir(), badger.Options{})
	if err != nil {
		b.Fatal(err)
	}
	s := webapitest.Start(b, webapitest.Options{DB: db, API: webapi.Options{Log: slog.New(slog.NewJSONHandler(io.Discard, nil))}})
	ctx := b.Context()
	doc := &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: "cloud"}, Body: graph.Attrs{
		"name": "cloud", "environment_type": "OpenStack", "distribution": "Debian", "distribution_version": "12",
		"mechanism_drivers": []any{"OVS"}, "type_drivers": []any{"vxlan"}}}
	if _, err := s.Store.Commit(ctx, graph.Shared, graph.Cause{Kind: graph.CauseImport}, &graph.Batch{PutDocs: []*graph.Document{doc}}); err != nil {
		b.Fatal(err)
	}
	if _, err := s.Store.Load(ctx, "cloud", graph.Cause{Kind: graph.CauseImport}, graphtest.Cloud(graphtest.CloudSize(10_000))); err != nil {
		b.Fatal(err)
	}
	if err := s.Index.CaughtUp(ctx); err != nil {
		b.Fatal(err)
	}
	v, err := s.Store.View(ctx, "cloud", graph.Now)
	if err != nil {
		b.Fatal(err)
	}
	var ids []graph.ID
	for x, err := range v.Vertices(ctx, graph.Instance) {
		if err != nil {
			b.Fatal(err)
		}
		ids = append(ids, x.ID)
	}
	return s, ids
}

// connection is a client that costs next to nothing.
type connection struct {
	net.Conn
	in *bufio.Reader
}

func dial(b *testing.B, address string) *connection {
	conn, err := new(net.Dialer).DialContext(context.WithoutCancel(b.Context()), "tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		panic(err)
	}
	return &connection{conn, bufio.NewReaderSize(conn, 64<<10)}
}

// ask sends one request and reads the answer.
func (c *connection) ask(b *testing.B, request []byte) {
	_, err := c.Write(request)
	if err == nil {
		var r *http.Response
		if r, err = http.ReadResponse(c.in, nil); err == nil {
			_, err = io.Copy(io.Discard, r.Body)
			if r.StatusCode != http.StatusOK {
				err = fmt.Errorf("status %d", r.StatusCode)
			}
		}
	}
	if err != nil {
		panic(err) // of a goroutine, which may not end the benchmark
	}
}
