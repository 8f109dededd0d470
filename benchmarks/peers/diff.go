package main

import (
	"context"
	"database/sql"
	"fmt"
)

// differences count what differs: of objects and of links.
type differences struct{ Added, Removed, Changed, LinksAdded, LinksRemoved, LinksChanged int }

// diff reads two states and gives the question: one hash join of the two, from
// which the old and the new body of all that differs are read. With hashes, the
// tables hold a hash of each body made before, and only these are compared.
func diff(ctx context.Context, db *sql.DB, dir string, hashes bool, a *answer) (func() error, error) {
	for _, state := range []string{"before", "after"} {
		for _, what := range []string{"objects", "links"} {
			err := execAll(ctx, db, fmt.Sprintf("create table %s_%s as select column0 id, column1 body, hash(column1) h from read_csv('%s', header = false, all_varchar = true, max_line_size = 10000000)",
				state, what, in(dir, state+"-"+what+".csv")))
			if err != nil {
				return nil, err
			}
		}
	}
	column := "body"
	if hashes {
		column = "h"
	}
	var ask [2]*sql.Stmt
	for i, what := range []string{"objects", "links"} {
		var err error
		ask[i], err = db.PrepareContext(ctx, fmt.Sprintf(
			"select coalesce(b.id, a.id), b.body, a.body from before_%s b full outer join after_%[1]s a on a.id = b.id where a.%[2]s is distinct from b.%[2]s", what, column))
		if err != nil {
			return nil, err
		}
	}
	return func() error {
		a.Differences = differences{}
		d := &a.Differences
		if err := read(ctx, ask[0], &d.Added, &d.Removed, &d.Changed); err != nil {
			return err
		}
		return read(ctx, ask[1], &d.LinksAdded, &d.LinksRemoved, &d.LinksChanged)
	}, nil
}

func read(ctx context.Context, q *sql.Stmt, added, removed, changed *int) error {
	rows, err := q.QueryContext(ctx)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var before, after sql.NullString
		if err := rows.Scan(&id, &before, &after); err != nil {
			return err
		}
		switch {
		case !before.Valid:
			*added++
		case !after.Valid:
			*removed++
		default:
			*changed++
		}
	}
	return rows.Err()
}
