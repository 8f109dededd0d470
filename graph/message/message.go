package message

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"calipso/graph"
)

// Message says what happened, when, to what.
type Message struct {
	Doc        string // id of its document
	ID         string // its own, as the writer gave it
	Env        graph.EnvID
	Source     string // "Calipso", "OpenStack", "Sensu", "Kubernetes"
	Level      string // one of Levels
	Text       any    // a line, or the body of an event or check
	Time       time.Time
	Received   time.Time // of an event, else zero
	Finished   time.Time
	Object     string // id of the object it is about, or ""
	ObjectType string
	Context    string // id of the object whose view should show it, or ""
	Viewed     bool
	OriginID   string // the scan that caused it, or ""
	OriginType string
}

// Levels lists the levels, the gravest first (rule OPS-08).
func Levels() []string {
	return []string{"panic", "alert", "crit", "error", "warn", "notice", "info", "debug"}
}

// Group is the coarser level that pages count by: error, warning or info.
func Group(level string) string {
	switch level {
	case "panic", "alert", "crit", "error":
		return "error"
	case "warn", "notice":
		return "warning"
	}
	return "info"
}

// level gives a stored level its documented spelling; log levels and those of
// other systems count as what they come closest to (rule OPS-08).
func level(text string) string {
	switch l := strings.ToLower(text); l {
	case "warning":
		return "warn"
	case "critical":
		return "crit"
	case "emerg", "emergency":
		return "panic"
	case "err":
		return "error"
	default:
		if slices.Contains(Levels(), l) {
			return l
		}
	}
	return "info"
}

func parse(env graph.EnvID, d *graph.Document) *Message {
	b := d.Body
	m := &Message{
		Doc: d.ID, ID: b.String("id"), Env: env, Source: b.String("source_system"), Level: level(b.String("level")), Text: b["message"],
		Time: moment(b["timestamp"]), Received: moment(b["received_timestamp"]), Finished: moment(b["finished_timestamp"]),
		Object: b.String("related_object"), ObjectType: b.String("related_object_type"), Context: b.String("display_context"),
		Viewed: b.Bool("viewed"), OriginID: b.String("origin_id"), OriginType: b.String("origin_type"),
	}
	if m.ID == "" {
		m.ID = d.ID
	}
	if m.Time.IsZero() {
		m.Time = m.Received
	}
	return m
}

// moment reads a time that may be written as text: as RFC 3339, or in the form
// of OpenStack's notifications, which is UTC (rule DM-19).
func moment(v any) time.Time {
	switch v := v.(type) {
	case time.Time:
		return v.UTC()
	case string:
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999"} {
			if t, err := time.Parse(layout, v); err == nil {
				return t.UTC()
			}
		}
	}
	return time.Time{}
}

// Line is the text in one piece, whatever it is.
func (m *Message) Line() string {
	if s, ok := m.Text.(string); ok {
		return s
	}
	return fmt.Sprint(m.Text) // maps print in the order of their keys
}
