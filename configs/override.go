package configs

import (
	"encoding"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"calipso/graph"
)

// levels are the names of log levels.
var levels = map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}

// SlogLevel is the level in slog's terms.
func (l Log) SlogLevel() slog.Level { return levels[l.Level] }

// ours are CALIPSO_* variables that commands read themselves.
var ours = []string{"CALIPSO_SERVER", "CALIPSO_TOKEN", "CALIPSO_CONFIG", "CALIPSO_USER", "CALIPSO_PASSWORD"}

// override sets fields from variables: CALIPSO_ and the key's path in capitals,
// joined by underscores.
func override(c *Config, environ []string) error {
	fields := map[string]reflect.Value{}
	collectFields("CALIPSO", reflect.ValueOf(c).Elem(), fields)
	var wrong []graph.FieldError
	for _, entry := range environ {
		name, text, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "CALIPSO_") || slices.Contains(ours, name) {
			continue
		}
		f, ok := fields[name]
		if !ok {
			continue // a variable of another program or test may share our prefix
		}
		if err := setField(f, text); err != nil {
			wrong = append(wrong, graph.FieldError{Field: name, Reason: err.Error()})
		}
	}
	if len(wrong) > 0 {
		return &graph.InvalidError{What: "environment variables", Fields: wrong}
	}
	return nil
}

func collectFields(prefix string, v reflect.Value, into map[string]reflect.Value) {
	for i := range v.NumField() {
		name := prefix + "_" + strings.ToUpper(v.Type().Field(i).Tag.Get("yaml"))
		_, text := v.Field(i).Addr().Interface().(encoding.TextUnmarshaler)
		if v.Field(i).Kind() == reflect.Struct && !text {
			collectFields(name, v.Field(i), into)
			continue
		}
		into[name] = v.Field(i)
	}
}

func setField(f reflect.Value, text string) error {
	if u, ok := f.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(text))
	}
	switch f.Interface().(type) {
	case string:
		f.SetString(text)
	case bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		f.SetBool(b)
	case int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("%q is no whole number", text)
		}
		f.SetInt(int64(n))
	case []string:
		f.Set(reflect.ValueOf(strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })))
	case time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return fmt.Errorf("%q is no duration such as 30s or 12h", text)
		}
		f.SetInt(int64(d))
	default:
		return errors.New("is a list; give it in a file, with --config")
	}
	return nil
}
