package openstack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"calipso/collect"
	"calipso/graph"
)

// TestFetch replays a cloud. Commands of testdata/fetch:
//
//	cloud                      a new cloud and connection; input: JSON members of the section
//	answer GET /path [status=] [type=]   what that call answers from now on; input: the body
//	fetch name [region=]       vertices of a fetcher
//	log                        what was logged since the last one
//	calls                      requests since the cloud command
func TestFetch(t *testing.T) {
	datadriven.Walk(t, "testdata/fetch", func(t *testing.T, path string) {
		var c *cloud
		var conn *Conn
		var log bytes.Buffer
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "cloud":
				fields := map[string]any{}
				if d.Input != "" {
					if err := json.Unmarshal([]byte(d.Input), &fields); err != nil {
						d.Fatalf(t, "section: %v", err)
					}
				}
				c = newCloud(t)
				conn, _ = c.open(t, fields, collect.Options{Log: quietLog(&log)}, tuning{})
				return ""
			case "answer":
				a := answer{status: 200, raw: []byte(d.Input), header: http.Header{}}
				for _, arg := range d.CmdArgs {
					switch arg.Key {
					case "status":
						a.status, _ = strconv.Atoi(arg.Vals[0])
					case "type":
						a.header.Set("Content-Type", arg.Vals[0])
					}
				}
				c.put(d.CmdArgs[0].Key+" "+d.CmdArgs[1].Key, a)
				return ""
			case "fetch":
				region := "RegionOne"
				if d.HasArg("region") {
					d.ScanArgs(t, "region", &region)
				}
				list, err := fetch(t.Context(), conn, d.CmdArgs[0].Key, region)
				if err != nil {
					return "error: " + c.anonymous(err.Error()) + "\n"
				}
				return c.anonymous(picture(list))
			case "log":
				defer log.Reset()
				return log.String()
			case "calls":
				return strings.Join(c.calls(), "\n") + "\n"
			}
			d.Fatalf(t, "unknown command %s", d.Cmd)
			return ""
		})
	})
}

// quietLog writes warnings and infos without their time.
func quietLog(w *bytes.Buffer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
}

// picture writes vertices, one attribute a line.
func picture(list []*graph.Vertex) string {
	var out strings.Builder
	if len(list) == 0 {
		return "none\n"
	}
	for _, v := range list {
		fmt.Fprintf(&out, "%s %s name=%q parent=%q host=%q\n", v.Type, v.ID, v.Name, v.Parent, v.Host)
		for _, k := range sorted(v.Attrs) {
			b, err := json.Marshal(v.Attrs[k])
			if err != nil {
				b = []byte(err.Error())
			}
			fmt.Fprintf(&out, "  %s: %s\n", k, b)
		}
	}
	return out.String()
}
