// SPDX-License-Identifier: BSL-1.0

package main

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/lib/pq"
	_ "github.com/mattn/go-sqlite3"
)

func open(way string, target, settings []string) (side, error) {
	driver, file, host, port := target[0], target[1], target[2], target[3]
	user, password, database := target[4], target[5], target[6]
	address := fmt.Sprintf("postgres://%s:%s@%s:%s/%s?sslmode=disable", user, password, host, port,
		database)
	if way == "pgx" {
		return openPgx(address, settings)
	}
	name := driver
	switch driver {
	case "sqlite":
		name, address = "sqlite3", file
	case "mysql":
		config := mysql.NewConfig()
		config.User, config.Passwd, config.DBName = user, password, database
		config.Net, config.Addr = "tcp", host+":"+port
		config.ParseTime = true
		config.InterpolateParams = way == "interpolated"
		address = config.FormatDSN()
	}
	db, err := sql.Open(name, address)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	for _, setting := range settings {
		if _, err := db.Exec(setting); err != nil {
			return nil, fmt.Errorf("%s: %w", setting, err)
		}
	}
	s := &sqlSide{db: db, driver: driver, texts: textsOf(driver)}
	if way == "kept" {
		return s, s.prepare()
	}
	return s, nil
}

type sqlSide struct {
	db     *sql.DB
	tx     *sql.Tx
	driver string
	texts  texts
	kept   map[string]*sql.Stmt // by text; nil: none is kept
	inTx   map[string]*sql.Stmt
}

func (s *sqlSide) prepare() error {
	s.kept = map[string]*sql.Stmt{}
	t := s.texts
	for _, text := range []string{t.get, t.list, t.insert, t.update, t.upsert} {
		statement, err := s.db.Prepare(text)
		if err != nil {
			return err
		}
		s.kept[text] = statement
	}
	return nil
}

func (s *sqlSide) close() error { return s.db.Close() }

func (s *sqlSide) begin() error {
	tx, err := s.db.Begin()
	s.tx = tx
	s.inTx = map[string]*sql.Stmt{}
	for text, statement := range s.kept {
		if err == nil {
			s.inTx[text] = tx.Stmt(statement)
		}
	}
	return err
}

func (s *sqlSide) rollback() error { return s.tx.Rollback() }

func (s *sqlSide) query(text string, arguments ...interface{}) (*sql.Rows, error) {
	if statement := s.inTx[text]; statement != nil {
		return statement.Query(arguments...)
	}
	return s.tx.Query(text, arguments...)
}

func (s *sqlSide) exec(text string, arguments ...interface{}) error {
	if statement := s.inTx[text]; statement != nil {
		_, err := statement.Exec(arguments...)
		return err
	}
	_, err := s.tx.Exec(text, arguments...)
	return err
}

// The columns of SQLite are texts; the other drivers know times.
const layout = "2006-01-02 15:04:05.000000"

func (s *sqlSide) scan(rows *sql.Rows, j *job) error {
	if s.driver != "sqlite" {
		return rows.Scan(&j.id, &j.name, &j.schedule, &j.podSpec, &j.constraintID, &j.createdAt,
			&j.updatedAt)
	}
	var created, updated string
	err := rows.Scan(&j.id, &j.name, &j.schedule, &j.podSpec, &j.constraintID, &created, &updated)
	if err == nil {
		j.createdAt, err = time.Parse(layout, created)
	}
	if err == nil {
		j.updatedAt, err = time.Parse(layout, updated)
	}
	return err
}

func (s *sqlSide) time(t time.Time) interface{} {
	if s.driver == "sqlite" {
		return t.Format(layout)
	}
	return t
}

func (s *sqlSide) get(id string) (job, error) {
	var j job
	rows, err := s.query(s.texts.get, id)
	if err != nil {
		return j, err
	}
	defer rows.Close()
	if !rows.Next() {
		return j, fmt.Errorf("no job %s, %v", id, rows.Err())
	}
	return j, s.scan(rows, &j)
}

func (s *sqlSide) list() ([]job, error) {
	rows, err := s.query(s.texts.list)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var jobs []job
	for rows.Next() {
		var j job
		if err := s.scan(rows, &j); err != nil {
			return nil, err
		}
		jobs = append(jobs, j)
	}
	return jobs, rows.Err()
}

func (s *sqlSide) row(j *job) []interface{} {
	return []interface{}{j.id, j.name, j.schedule, j.podSpec, j.constraintID, s.time(j.createdAt),
		s.time(j.updatedAt)}
}

func (s *sqlSide) insert(j *job) error { return s.exec(s.texts.insert, s.row(j)...) }
func (s *sqlSide) upsert(j *job) error { return s.exec(s.texts.upsert, s.row(j)...) }
func (s *sqlSide) update(j *job) error {
	return s.exec(s.texts.update, j.name, j.schedule, j.podSpec, j.constraintID,
		s.time(j.updatedAt), j.id)
}

func (s *sqlSide) insertAll(jobs []job) error {
	switch s.driver {
	case "postgres":
		return s.insertByCopy(jobs)
	case "mysql":
		return s.insertByValues(jobs)
	}
	for i := range jobs {
		if err := s.insert(&jobs[i]); err != nil {
			return err
		}
	}
	return nil
}

// As the documentation of lib/pq has it.
func (s *sqlSide) insertByCopy(jobs []job) error {
	statement, err := s.tx.Prepare(pq.CopyIn("jobs", strings.Split(columns, ", ")...))
	if err != nil {
		return err
	}
	for i := range jobs {
		if _, err := statement.Exec(s.row(&jobs[i])...); err != nil {
			return err
		}
	}
	if _, err := statement.Exec(); err != nil {
		return err
	}
	return statement.Close()
}

func (s *sqlSide) insertByValues(jobs []job) error {
	const batch = 500
	for len(jobs) > 0 {
		count := batch
		if count > len(jobs) {
			count = len(jobs)
		}
		arguments := make([]interface{}, 0, count*7)
		for i := range jobs[:count] {
			arguments = append(arguments, s.row(&jobs[i])...)
		}
		text := s.texts.insert + strings.Repeat(", (?, ?, ?, ?, ?, ?, ?)", count-1)
		if err := s.exec(text, arguments...); err != nil {
			return err
		}
		jobs = jobs[count:]
	}
	return nil
}
