// SPDX-License-Identifier: BSL-1.0

package main

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v4"
)

// pgx keeps the statements that it is given prepared by itself, and speaks the binary protocol.
type pgxSide struct {
	connection *pgx.Conn
	tx         pgx.Tx
	texts      texts
}

var always = context.Background()

func openPgx(address string, settings []string) (side, error) {
	connection, err := pgx.Connect(always, address)
	if err != nil {
		return nil, err
	}
	for _, setting := range settings {
		if _, err := connection.Exec(always, setting); err != nil {
			return nil, err
		}
	}
	return &pgxSide{connection: connection, texts: textsOf("postgres")}, nil
}

func (s *pgxSide) close() error { return s.connection.Close(always) }

func (s *pgxSide) begin() (err error) {
	s.tx, err = s.connection.Begin(always)
	return err
}

func (s *pgxSide) rollback() error { return s.tx.Rollback(always) }

func scanPgx(row pgx.Row, j *job) error {
	return row.Scan(&j.id, &j.name, &j.schedule, &j.podSpec, &j.constraintID, &j.createdAt,
		&j.updatedAt)
}

func (s *pgxSide) get(id string) (j job, err error) {
	err = scanPgx(s.tx.QueryRow(always, s.texts.get, id), &j)
	return j, err
}

func (s *pgxSide) list() ([]job, error) {
	rows, err := s.tx.Query(always, s.texts.list)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var jobs []job
	for rows.Next() {
		var j job
		if err := scanPgx(rows, &j); err != nil {
			return nil, err
		}
		jobs = append(jobs, j)
	}
	return jobs, rows.Err()
}

func pgxRow(j *job) []interface{} {
	return []interface{}{j.id, j.name, j.schedule, j.podSpec, j.constraintID, j.createdAt,
		j.updatedAt}
}

func (s *pgxSide) insert(j *job) error {
	_, err := s.tx.Exec(always, s.texts.insert, pgxRow(j)...)
	return err
}

func (s *pgxSide) upsert(j *job) error {
	_, err := s.tx.Exec(always, s.texts.upsert, pgxRow(j)...)
	return err
}

func (s *pgxSide) update(j *job) error {
	_, err := s.tx.Exec(always, s.texts.update, j.name, j.schedule, j.podSpec, j.constraintID,
		j.updatedAt, j.id)
	return err
}

func (s *pgxSide) insertAll(jobs []job) error {
	source := pgx.CopyFromSlice(len(jobs), func(i int) ([]interface{}, error) {
		return pgxRow(&jobs[i]), nil
	})
	_, err := s.tx.CopyFrom(always, pgx.Identifier{"jobs"}, strings.Split(columns, ", "), source)
	return err
}
