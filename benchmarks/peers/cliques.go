package main

import (
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
)

// cliqueStatement finds the cliques of all instances: each link type in the
// order of the clique type, from the vertices known before it, over links that
// carry a network of the focal point, or state none. An instance of the
// generated cloud has one network or two, so these travel along as columns,
// which no form with a table of networks beats. Steps that find nothing in such
// a cloud are left out; that is to the peer's advantage.
//
// It answers with the number of links and a sum over focal point and ends of
// each, so that no time goes into handing out rows.
const cliqueStatement = `
with
s1 as (select f.num focal, f.net_a, f.net_b, e.num edge, e.src, e.dst
  from focal f join edges e on e.src = f.num and e.link = 'instance-vnic'
  where e.value in (0, f.net_a, f.net_b)),
s2 as (select s.focal, s.net_a, s.net_b, e.num edge, e.src, e.dst
  from s1 s join edges e on e.src = s.dst and e.link = 'vnic-vconnector'
  where e.value in (0, s.net_a, s.net_b)),
s3 as (select s.focal, s.net_a, s.net_b, e.num edge, e.src, e.dst
  from s2 s join edges e on e.src = s.dst and e.link = 'vconnector-vedge'
  where e.value in (0, s.net_a, s.net_b)),
vedges as (select distinct focal, net_a, net_b, dst from s3),
s4 as (select s.focal, s.net_a, s.net_b, e.num edge, e.src, e.dst
  from vedges s join edges e on e.src = s.dst and e.link = 'vedge-otep'
  where e.value in (0, s.net_a, s.net_b)),
s5 as (select s.focal, s.net_a, s.net_b, e.num edge, e.src, e.dst
  from s4 s join edges e on e.src = s.dst and e.link = 'otep-host_pnic'
  where e.value in (0, s.net_a, s.net_b)),
s6 as (select s.focal, s.net_a, s.net_b, e.num edge, e.src, e.dst
  from vedges s join edges e on e.src = s.dst and e.link = 'vedge-host_pnic'
  where e.value in (0, s.net_a, s.net_b)),
pnics as (select focal, net_a, net_b, dst from s5 union select focal, net_a, net_b, dst from s6),
s7 as (select s.focal, e.num edge, e.src, e.dst
  from pnics s join edges e on e.src = s.dst and e.link = 'host_pnic-network'
  where e.value in (0, s.net_a, s.net_b)),
s8 as (select s.focal, e.num edge, e.src, e.dst
  from pnics s join edges e on e.src = s.dst and e.link = 'host_pnic-switch_pnic'
  where e.value in (0, s.net_a, s.net_b)),
links as (
  select focal, src, dst from s1 union all select focal, src, dst from s2 union all
  select focal, src, dst from s3 union all select focal, src, dst from s4 union all
  select focal, src, dst from s5 union all select focal, src, dst from s6 union all
  select focal, src, dst from s7 union all select focal, src, dst from s8)
select count(*), cast(sum((focal % 10007) * (src + 3 * dst)) as bigint) from links`

// cliques reads the tables and gives the question.
func cliques(ctx context.Context, db *sql.DB, engine, dir string, a *answer) (func() error, error) {
	var err error
	if engine == "sqlite" {
		err = sqliteTables(ctx, db, dir)
	} else {
		err = execAll(ctx, db,
			fmt.Sprintf("create table focal as select column0::bigint as num, column1::bigint as net_a, column2::bigint as net_b from read_csv('%s', header = false, all_varchar = true)", in(dir, "focal.csv")),
			fmt.Sprintf("create table edges as select column0::bigint as num, column1 as link, column2::bigint as src, column3::bigint as dst, column4::bigint as value from read_csv('%s', header = false, all_varchar = true)", in(dir, "edges.csv")))
	}
	if err != nil {
		return nil, err
	}
	q, err := db.PrepareContext(ctx, cliqueStatement)
	if err != nil {
		return nil, err
	}
	return func() error { return q.QueryRowContext(ctx).Scan(&a.Rows, &a.Sum) }, nil
}

// sqliteTables makes tables whose primary keys are what the statement looks up.
func sqliteTables(ctx context.Context, db *sql.DB, dir string) error {
	err := execAll(ctx, db,
		"create table focal (num integer primary key, net_a integer, net_b integer)",
		"create table edges (num integer, link text, src integer, dst integer, value integer, primary key (src, link, value, dst)) without rowid",
		"begin")
	if err != nil {
		return err
	}
	for table, columns := range map[string]int{"focal": 3, "edges": 5} {
		if err := insert(ctx, db, table, columns, in(dir, table+".csv")); err != nil {
			return fmt.Errorf("table %s: %w", table, err)
		}
	}
	return execAll(ctx, db, "commit", "analyze")
}

func insert(ctx context.Context, db *sql.DB, table string, columns int, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	marks := "?"
	for range columns - 1 {
		marks += ", ?"
	}
	q, err := db.PrepareContext(ctx, "insert into "+table+" values ("+marks+")")
	if err != nil {
		return err
	}
	defer q.Close()
	rows := csv.NewReader(f)
	rows.ReuseRecord = true
	for args := make([]any, columns); ; {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for i, cell := range row {
			args[i] = cell
		}
		if _, err := q.ExecContext(ctx, args...); err != nil {
			return err
		}
	}
}
