package schedule

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// cronRule is five fields: minute, hour, day of month, month, day of week.
type cronRule struct {
	rule cron.Schedule
	// elapsed rules run in every hour: they follow hours that pass, not hours
	// that a wall clock shows, so that one that comes twice has both its runs.
	elapsed bool
}

func parseCron(text string) (*cronRule, error) {
	fields := strings.Fields(text)
	if len(fields) != 5 || strings.ContainsRune(text, '=') {
		return nil, errors.New("must be five fields: minute, hour, day of month, month, day of week")
	}
	rule, err := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow).Parse(strings.Join(fields, " "))
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	return &cronRule{rule: rule, elapsed: fields[1] == "*"}, nil
}

// next is the first run later than a time; zero: none within five years.
func (c *cronRule) next(after time.Time, zone *time.Location) time.Time {
	if c.elapsed {
		if t := c.rule.Next(after.In(zone)); !t.IsZero() {
			return t.UTC()
		}
		return time.Time{}
	}
	// A day before, since the wall clock may have been set back meanwhile.
	for wall := wallOf(after.In(zone)).Add(-24 * time.Hour); ; {
		if wall = c.rule.Next(wall); wall.IsZero() {
			return wall
		}
		if t := instant(wall, zone); t.After(after) {
			return t
		}
	}
}
