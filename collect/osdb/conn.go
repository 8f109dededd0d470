package osdb

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"calipso/collect"
)

// Conn is access to the databases of one cloud for one scan. Each table is
// read once, whichever fetchers ask.
type Conn struct {
	set     *settings
	db      *sql.DB
	log     *slog.Logger
	observe func(collect.Call)

	schema    *once[schema]
	endpoints *once[map[string][]endpoint]
	bindings  *once[bindings]
}

func newConn(s *settings, opt collect.Options) (*Conn, error) {
	connector, err := mysql.NewConnector(s.driver)
	if err != nil {
		return nil, fmt.Errorf("osdb: %s: %w", s.driver.Addr, err)
	}
	c := &Conn{
		set: s, db: sql.OpenDB(connector), log: opt.Log, observe: opt.Observe,
		schema: newOnce[schema](), endpoints: newOnce[map[string][]endpoint](), bindings: newOnce[bindings](),
	}
	c.db.SetMaxOpenConns(2)
	c.db.SetConnMaxLifetime(time.Minute)
	if c.observe == nil {
		c.observe = func(collect.Call) {}
	}
	return c, nil
}

// Close ends all connections.
func (c *Conn) Close() error {
	if err := c.db.Close(); err != nil {
		return fmt.Errorf("osdb: close: %w", err)
	}
	return nil
}

// Test connects and finds Neutron's schema.
func (c *Conn) Test(ctx context.Context) []collect.Check {
	check := collect.Check{Target: Section + " " + c.set.driver.Addr}
	s, err := c.schema.get(ctx, c.findSchema)
	if err != nil {
		check.Err = err
		return []collect.Check{check}
	}
	check.Detail = fmt.Sprintf("server %s, schema %s", s.version, s.neutron)
	return []collect.Check{check}
}

// read runs one SELECT in a read-only transaction; scan is called for each
// row with the function that reads it. op names the query for the report and
// for errors: "SELECT agents".
//
// Errors: those of explain.
func (c *Conn) read(ctx context.Context, op, limit, query string, args []any, scan func(*sql.Rows) (bytes int, err error)) error {
	start := time.Now()
	bytes, err := c.transact(ctx, limit, query, args, scan)
	err = explain(ctx, c.set.driver, op, err)
	c.observe(collect.Call{Source: "osdb", Target: Section, Op: op, Dur: time.Since(start), Bytes: bytes, Err: err})
	return err
}

func (c *Conn) transact(ctx context.Context, limit, query string, args []any, scan func(*sql.Rows) (int, error)) (int64, error) {
	tx, err := c.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	if limit != "" {
		if _, err := tx.ExecContext(ctx, limit); err != nil {
			return 0, err
		}
	}
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var bytes int64
	for rows.Next() {
		n, err := scan(rows)
		if err != nil {
			return bytes, &collect.ParseError{Reason: err.Error()}
		}
		bytes += int64(n)
	}
	return bytes, rows.Err()
}

// limitFor is the statement that makes a server end our statements by itself:
// cancelling from here leaves them running there. MariaDB counts seconds,
// MySQL milliseconds.
func limitFor(version string) string {
	if strings.Contains(version, "MariaDB") {
		return fmt.Sprintf("SET SESSION max_statement_time = %d", int(statementLimit.Seconds()))
	}
	return fmt.Sprintf("SET SESSION max_execution_time = %d", statementLimit.Milliseconds())
}
