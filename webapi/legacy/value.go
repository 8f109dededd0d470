package legacy

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var oidForm = regexp.MustCompile(`^[0-9a-fA-F]{24}$`)

// convert gives a value the first of some types that it fits.
func convert(t Type, v any) (any, bool) {
	for _, w := range typeWords {
		if t&w.Type == 0 {
			continue
		}
		if out, ok := convertTo(w.Type, v); ok {
			return out, true
		}
	}
	return nil, false
}

func convertTo(t Type, v any) (any, bool) {
	switch t {
	case String, Date:
		s, ok := v.(string)
		return s, ok
	case Int:
		return integer(v)
	case Bool:
		return truth(v)
	case RawBool:
		b, ok := v.(bool)
		return b, ok
	case OID:
		s, ok := v.(string)
		return strings.ToLower(s), ok && oidForm.MatchString(s)
	case List:
		l, ok := v.([]any)
		return l, ok
	case Object:
		m, ok := v.(map[string]any)
		return m, ok
	}
	return nil, false
}

func integer(v any) (any, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case float64:
		return int64(v), math.Abs(v) < 1<<62
	case string:
		n, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(v), "+"), 10, 64)
		return n, err == nil
	}
	return nil, false
}

func truth(v any) (any, bool) {
	switch v := v.(type) {
	case bool:
		return v, true
	case int64:
		return v == 1, v == 0 || v == 1
	case string:
		switch strings.ToLower(v) {
		case "true", "1":
			return true, true
		case "false", "0":
			return false, true
		}
	}
	return nil, false
}

// dateLayouts are what is read as a time; zones are tried with each of those
// that have a time of day.
var dateLayouts = []string{
	"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02T15", "2006-01-02 15",
	"20060102T150405.999999999", "20060102T1504", "2006/01/02 15:04:05", "2006/01/02 15:04",
	"2 Jan 2006 15:04:05", "2 January 2006 15:04:05", "Jan 2 2006 15:04:05", "January 2 2006 15:04:05", "Jan 2, 2006 15:04:05", "January 2, 2006 15:04:05",
	"Mon, 2 Jan 2006 15:04:05", "Mon Jan 2 15:04:05 2006",
}

var dayLayouts = []string{
	"2006-01-02", "20060102", "2006/01/02", "2006-01", "01/02/2006", "2 Jan 2006", "2 January 2006", "Jan 2 2006", "January 2 2006", "Jan 2, 2006", "January 2, 2006",
}

var zoneLayouts = []string{"", "Z07:00", "Z0700", "Z07", " Z07:00", " Z0700", " Z07", " MST"}

// parseDate reads a time in the forms that people write; without a zone it is
// UTC.
func parseDate(text string) (time.Time, bool) {
	text = strings.TrimSpace(text)
	for _, layout := range dayLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	for _, layout := range dateLayouts {
		for _, zone := range zoneLayouts {
			if t, err := time.Parse(layout+zone, text); err == nil {
				return t.UTC(), true
			}
		}
	}
	return time.Time{}, false
}
