package osdb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/go-sql-driver/mysql"

	"calipso/collect"
)

// explain gives an error its kind and says whom it is about: ErrAuth for an
// account that is refused or may not read, ErrUnreachable for a connection
// that is refused or breaks, *ParseError for a value of another type.
func explain(ctx context.Context, cfg *mysql.Config, op string, err error) error {
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("osdb: %s: %s: %w", cfg.Addr, op, cause)
	}
	var parse *collect.ParseError
	if errors.As(err, &parse) {
		parse.Source = "mysql: " + op
		return fmt.Errorf("osdb: %s: %w", cfg.Addr, parse)
	}
	var answer *mysql.MySQLError
	if errors.As(err, &answer) {
		return explainAnswer(cfg, op, answer)
	}
	if broken(err) {
		return fmt.Errorf("osdb: database server %s: %w: %w", cfg.Addr, collect.ErrUnreachable, err)
	}
	return fmt.Errorf("osdb: %s: %s: %w", cfg.Addr, op, err)
}

func explainAnswer(cfg *mysql.Config, op string, answer *mysql.MySQLError) error {
	switch answer.Number {
	case 1044, 1045, 1130, 1142, 1143, 1227, 1698: // no such account, no right
		return fmt.Errorf("osdb: %s as user %q: %w: %s", cfg.Addr, cfg.User, collect.ErrAuth, answer.Message)
	case 1969, 3024: // MariaDB's and MySQL's limit of time
		return fmt.Errorf("osdb: %s: %s: took longer than %s: %s", cfg.Addr, op, statementLimit, answer.Message)
	case 1040, 1053, 1203: // too many connections, shutting down
		return fmt.Errorf("osdb: database server %s: %w: %s", cfg.Addr, collect.ErrUnreachable, answer.Message)
	}
	return fmt.Errorf("osdb: %s: %s: %w", cfg.Addr, op, answer)
}

// broken tells whether an error is about the connection.
func broken(err error) bool {
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, mysql.ErrInvalidConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}
