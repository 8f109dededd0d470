package osdb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// schema is what is known of the server: version, Neutron's schema, and the
// statement that limits others.
type schema struct {
	version string
	neutron string
	limit   string
}

// findSchema asks the server for its version and its schemas (rule DIS-31).
//
// Errors: those of explain; a text naming the candidates if Neutron's schema
// cannot be told.
func (c *Conn) findSchema(ctx context.Context) (schema, error) {
	var s schema
	err := c.read(ctx, "SELECT version", "", "SELECT VERSION()", nil, func(r *sql.Rows) (int, error) {
		err := r.Scan(&s.version)
		return len(s.version), err
	})
	if err != nil {
		return s, err
	}
	s.limit = limitFor(s.version)
	var names []string
	const query = "SELECT schema_name FROM information_schema.schemata ORDER BY schema_name"
	err = c.read(ctx, "SELECT schemata", s.limit, query, nil, func(r *sql.Rows) (int, error) {
		var name string
		err := r.Scan(&name)
		names = append(names, name)
		return len(name), err
	})
	if err != nil {
		return s, err
	}
	s.neutron, err = pickSchema(c.set.schema, names)
	if err != nil {
		return s, fmt.Errorf("osdb: %s as user %q: %w", c.set.driver.Addr, c.set.driver.User, err)
	}
	return s, nil
}

// pickSchema is Neutron's schema among those that can be seen: the one that is
// configured, else "neutron", else the only one with that in its name.
func pickSchema(configured string, names []string) (string, error) {
	var like []string
	for _, n := range names {
		if strings.Contains(strings.ToLower(n), "neutron") {
			like = append(like, n)
		}
	}
	switch {
	case configured != "" && slices.Contains(names, configured):
		return configured, nil
	case configured != "":
		return "", fmt.Errorf("unknown schema: neutron_schema is %q, the account sees %s", configured, listed(names))
	case slices.Contains(like, "neutron"):
		return "neutron", nil
	case len(like) == 1:
		return like[0], nil
	case len(like) > 1:
		return "", fmt.Errorf("several schemas could be Neutron's: %s; name one in neutron_schema", listed(like))
	}
	return "", fmt.Errorf("no schema has neutron in its name, the account sees %s", listed(names))
}

func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// quote makes an identifier of a name.
func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
